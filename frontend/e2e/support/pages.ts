// Every page there is, for what must hold on all of them, and how to tell that it has come.
import { expect, type Page } from "@playwright/test";

import { good } from "./api";
import type { Person } from "./people";
import { openStore } from "./stores";

export type PageOfAll = {
  name: string;
  path: string;
  /** Makes more of it: opens a dialog, types something wrong. */
  unfold?: (page: Page) => Promise<void>;
};

export const visitorPages: readonly PageOfAll[] = [
  { name: "sign in", path: "/sign-in" },
  {
    name: "sign in, empty",
    path: "/sign-in",
    unfold: async (page) => {
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByText("Type your password")).toBeVisible();
    },
  },
  { name: "sign up", path: "/sign-up" },
];

export const emptyPages: readonly PageOfAll[] = [
  { name: "no stores", path: "/stores" },
  { name: "no store fits", path: "/stores?q=none" },
  { name: "no token", path: "/settings/tokens" },
  { name: "not found", path: "/no/such/page" },
];

export async function merchantPages(owner: Person): Promise<readonly PageOfAll[]> {
  const store = await openStore(owner, { name: "leylas-lamps", title: "Leyla's Lamps" });
  await openStore(owner, { name: "atelier", title: "Atelier", engine: "woocommerce", catalog: "minimal" });
  await good(owner.api.POST("/api/v1/me/tokens", { body: { name: "Nightly report", scopes: ["stores:read"] } }));
  const shop = `/stores/${store.id}`;
  return [
    { name: "stores", path: "/stores" },
    { name: "stores as a table", path: "/stores?view=table" },
    { name: "create", path: "/stores/new" },
    {
      name: "create, with faults",
      path: "/stores/new",
      unfold: async (page) => {
        await page.getByLabel("Name").fill("Not A Name");
        await page.getByLabel("Name").press("Enter");
        await expect(page.getByLabel("Title")).toHaveAttribute("aria-invalid", "true");
      },
    },
    {
      name: "store",
      path: shop,
      unfold: async (page) => {
        await page.locator("summary").last().click();
        await page.getByRole("button", { name: "Reveal the credentials" }).click();
        await expect(page.getByText("Publishable key", { exact: true })).toBeVisible();
      },
    },
    { name: "store's activity", path: `${shop}/activity` },
    {
      name: "store's logs",
      path: `${shop}/logs`,
      unfold: async (page) => {
        await page.getByRole("searchbox").fill("database");
        await expect(page.locator("mark")).toBeVisible();
      },
    },
    { name: "store's credentials", path: `${shop}/credentials` },
    { name: "store's settings", path: `${shop}/settings` },
    { name: "delete", path: `${shop}/settings`, unfold: opens(/^Delete the store/) },
    { name: "palette", path: "/stores", unfold: opensByKey("Control+k") },
    { name: "profile", path: "/settings" },
    { name: "security", path: "/settings/security" },
    { name: "second factor", path: "/settings/security", unfold: opens("Set it up") },
    { name: "sessions", path: "/settings/sessions" },
    { name: "tokens", path: "/settings/tokens" },
    { name: "new token", path: "/settings/tokens", unfold: opens("New token") },
    { name: "revoke", path: "/settings/tokens", unfold: opens(/^Revoke/) },
    { name: "own activity", path: "/settings/audit" },
  ];
}

export async function operatorPages(merchant: Person): Promise<readonly PageOfAll[]> {
  const store = await openStore(merchant, { name: "looked-at", title: "Looked at" });
  const user = `/admin/users/${merchant.userId}`;
  return [
    { name: "overview", path: "/admin" },
    { name: "all stores", path: "/admin/stores" },
    { name: "users", path: "/admin/users" },
    { name: "user", path: user },
    { name: "suspend", path: user, unfold: opens("Suspend") },
    { name: "plan and limit", path: user, unfold: opens("Change") },
    { name: "operations", path: "/admin/operations" },
    { name: "operation", path: `/admin/operations/${store.operation?.id ?? ""}` },
    { name: "queue", path: "/admin/operations/queue" },
    { name: "orphans", path: "/admin/orphans" },
    { name: "dead letters", path: "/admin/dead-letters" },
    { name: "audit log", path: "/admin/audit" },
    { name: "another's store", path: `/stores/${store.id}` },
  ];
}

export async function openPage(page: Page, { path, unfold }: PageOfAll): Promise<void> {
  await page.goto(path);
  await hasCome(page);
  await unfold?.(page);
}

/** Its heading stands, nothing loads, and nothing moves. */
export async function hasCome(page: Page): Promise<void> {
  await expect(page.locator("main h1")).toBeVisible();
  await expect(page.getByText(/^Loading /)).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

function opens(name: string | RegExp) {
  return async (page: Page) => {
    await page.getByRole("button", { name, ...(typeof name === "string" ? { exact: true } : {}) }).first().click();
    await expect(page.getByRole("dialog")).toBeVisible();
  };
}

function opensByKey(key: string) {
  return async (page: Page) => {
    await page.keyboard.press(key);
    await expect(page.getByRole("dialog").getByRole("option").first()).toBeVisible();
  };
}
