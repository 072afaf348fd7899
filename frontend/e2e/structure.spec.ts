// What those hear who do not see the pages: their structure, held against what was agreed on. After a change that is
// meant: `npm run e2e -- structure --update-snapshots`, and read what it changed.
import { expect, test } from "./fixtures";
import { hasCome } from "./support/pages";
import { openStore } from "./support/stores";

test("sign in", async ({ page }) => {
  await page.goto("/sign-in");
  await hasCome(page);
  await expect(page.locator("body")).toMatchAriaSnapshot({ name: "sign-in.aria.yml" });
});

test("stores, none yet", async ({ merchantPage: page }) => {
  await hasCome(page);
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "stores-empty.aria.yml" });
});

test("stores, one", async ({ merchantPage: page, merchant }) => {
  await openStore(merchant, { name: "leylas-lamps", title: "Leyla's Lamps" });
  await page.reload();
  await hasCome(page);
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "stores-one.aria.yml" });
});

test("create", async ({ merchantPage: page }) => {
  await page.goto("/stores/new");
  await hasCome(page);
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "create.aria.yml" });
});

test("a store", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "leylas-lamps", title: "Leyla's Lamps" });
  await page.goto(`/stores/${store.id}`);
  await hasCome(page);
  await expect(page.getByRole("main")).toMatchAriaSnapshot({ name: "store.aria.yml" });
});

test("the operator's overview", async ({ operatorPage: page, merchant }) => {
  await openStore(merchant, { name: "counted", title: "Counted" });
  await page.goto("/admin");
  await hasCome(page);
  await expect(page.locator("body")).toMatchAriaSnapshot({ name: "admin-overview.aria.yml" });
});
