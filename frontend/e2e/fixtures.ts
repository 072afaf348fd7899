// What every test of the dashboard has: a browser whose complaints fail it, an operator, merchants of its own.
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";

import { ADDRESS } from "./support/address";
import { Cable } from "./support/cable";
import { Complaints } from "./support/complaints";
import { findOperator, type Person, registerMerchant, signIn } from "./support/people";

type Fixtures = {
  /** Each complaint of the browser fails the test, but for those that it expects. */
  complaints: Complaints;
  /** A merchant whom nobody else knows. */
  merchant: Person;
  /** `page`, with that merchant signed in, at the list of stores. */
  merchantPage: Page;
  operator: Person;
  /** `page`, with the operator signed in, at the list of stores. */
  operatorPage: Page;
  /** A browser of somebody else's, with the same ear on its complaints. */
  newBrowser: () => Promise<Page>;
  /** A way to Souk that the test can cut. Its address is not Souk's own: sessions do not outlive a reload there. */
  cable: Cable;
};

type WorkerFixtures = { operatorIsThere: undefined };

export const test = base.extend<Fixtures, WorkerFixtures>({
  // The first user of a Souk is its operator: they come before any merchant.
  operatorIsThere: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
    async ({}, provide) => {
      await findOperator();
      await provide(undefined);
    },
    { scope: "worker", auto: true },
  ],

  complaints: [
    async ({ context }, provide) => {
      const complaints = new Complaints(ADDRESS);
      await complaints.listenTo(context);
      await provide(complaints);
      expect(await complaints.unanswered(), "what the browser complained of").toEqual([]);
    },
    { auto: true },
  ],

  // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
  merchant: async ({}, provide) => provide(await registerMerchant()),

  merchantPage: async ({ page, merchant }, provide) => {
    await signIn(page, merchant);
    await provide(page);
  },

  // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
  operator: async ({}, provide) => provide(await findOperator()),

  operatorPage: async ({ page, operator }, provide) => {
    await signIn(page, operator);
    await provide(page);
  },

  cable: async ({ complaints }, provide) => {
    const cable = await Cable.laid();
    complaints.alsoAt(cable.address);
    await provide(cable);
    await complaints.settle();
    await cable.takeUp();
  },

  newBrowser: async ({ browser, complaints }, provide) => {
    const opened: BrowserContext[] = [];
    await provide(async () => {
      const context = await browser.newContext({ baseURL: ADDRESS });
      opened.push(context);
      await complaints.listenTo(context);
      return context.newPage();
    });
    await complaints.settle();
    await Promise.all(opened.map((context) => context.close()));
  },
});

export { expect } from "@playwright/test";
