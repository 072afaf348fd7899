// Makes the pictures of the README, of a running Souk and what is really in it: docs/images/*.png, light and dark.
import type { Page } from "@playwright/test";

import type { StoreDetails } from "@/shared/api/schema.gen";

import { expect, test } from "../fixtures";
import { apiWith, good } from "../support/api";
import { hasCome } from "../support/pages";
import { type Credentials, signIn } from "../support/people";

const FOLDER = "../docs/images";
const THEMES = ["light", "dark"] as const;
/** The store that is being made on the picture of it; it goes again. */
const TITLE = "Lantern Street";
const MINUTE_MS = 60_000;
const STEPS_DONE = 3;

test("pictures of the main pages", async ({ page, operator }) => {
  const merchant = merchantOf(operator);
  const session = await good(apiWith().POST("/api/v1/auth/login", { body: { ...merchant, refresh_in: "body" } }));
  if (!("access_token" in session)) throw new Error("who is in the pictures must have no second factor");
  const api = apiWith(session.access_token);
  const { items } = await good(api.GET("/api/v1/stores", { params: { query: { state: "ready" } } }));
  const shown = items.find(({ name }) => name === process.env.SOUK_PICTURES_STORE) ?? items.at(-1);
  if (shown === undefined) throw new Error(`${merchant.email} has no store that is ready`);

  await signIn(page, merchant);
  await expect(page.getByText(/^\d+ of \d+ stores$/)).toBeVisible();
  await picture(page, "stores");

  await page.goto(`/stores/${shown.id}`);
  await picture(page, "store");

  await page.goto("/stores/new");
  await page.getByLabel("Title").fill(TITLE);
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("radio", { name: /^Minimal/ }).check();
  await page.getByLabel("Title").blur();
  await page.evaluate(() => scrollTo(0, 0));
  await picture(page, "create");

  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page).toHaveURL(/\/stores\/store_/);
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const path = { params: { path: { id } } };
  try {
    const done = page.getByRole("main").getByRole("listitem").filter({ hasText: /: Done/ });
    await expect.poll(() => done.count(), { timeout: 5 * MINUTE_MS }).toBeGreaterThanOrEqual(STEPS_DONE);
    await picture(page, "provisioning");
  } finally {
    await good<unknown>(api.DELETE("/api/v1/stores/{id}", path));
    const state = async (): Promise<StoreDetails["state"]> => (await good(api.GET("/api/v1/stores/{id}", path))).state;
    await expect.poll(state, { timeout: 5 * MINUTE_MS }).toBe("deleted");
  }

  if (merchant.email !== operator.email) await page.context().clearCookies();
  await signInAs(page, operator, merchant.email);
  await page.goto("/admin");
  await expect(page.getByRole("img", { name: /^Mean time of each step/ }).locator("canvas")).toBeVisible();
  await picture(page, "admin-overview");
});

/** Whose stores are in the pictures; the operator's own, where nobody else is named. */
function merchantOf({ email, password }: Credentials): Credentials {
  const { SOUK_PICTURES_EMAIL, SOUK_PICTURES_PASSWORD } = process.env;
  return SOUK_PICTURES_EMAIL === undefined ? { email, password } : { email: SOUK_PICTURES_EMAIL, password: SOUK_PICTURES_PASSWORD ?? "" };
}

async function signInAs(page: Page, who: Credentials, signedIn: string): Promise<void> {
  if (who.email === signedIn) return;
  await page.evaluate(() => localStorage.clear());
  await signIn(page, who);
}

async function picture(page: Page, name: string): Promise<void> {
  await hasCome(page);
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png`, animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: THEMES[0] });
}
