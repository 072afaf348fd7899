// The one journey that all the others stand for, with nothing simulated: from signing up to a sold lamp, and away with it.
import { expect, test } from "../fixtures";
import { apiWith, good } from "../support/api";
import { freshEmail, PASSWORD } from "../support/people";
import { buy, openShop } from "./purchase";

const MINUTE_MS = 60_000;
const READY_LIMIT_MS = 10 * MINUTE_MS;
const GONE_LIMIT_MS = 5 * MINUTE_MS;
/** The shop's own admin is a large program, on a busy machine. */
const ADMIN_LIMIT_MS = MINUTE_MS;
const SHOPPER = "shopper@example.com";

test("from signing up to a sale in a real shop, and its end", async ({ page, context, playwright }) => {
  const email = freshEmail();
  await page.goto("/sign-up");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make my account" }).click();
  await expect(page).toHaveURL("/stores");

  await page.getByRole("main").getByRole("link", { name: "Create a store" }).first().click();
  await page.getByLabel("Title").fill("Leyla's Lamps");
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page.getByRole("heading", { name: /^(Waiting for its turn|Your shop is (being made|open))/ }).first()).toBeVisible();
  const opened = page.getByRole("heading", { name: /^Your shop is open/ });
  const failed = page.getByRole("heading", { name: /^It failed/ });
  await expect(opened.or(failed)).toBeVisible({ timeout: READY_LIMIT_MS });
  await expect(failed, (await page.getByRole("main").textContent()) ?? "").toBeHidden();

  await page.getByRole("button", { name: "Reveal the credentials" }).click();
  await page.getByRole("button", { name: "Show the password" }).click();
  const shown = page.getByRole("main").locator("dl[aria-label=Credentials]");
  await expect(shown).toBeVisible();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const session = await good(apiWith().POST("/api/v1/auth/login", { body: { email, password: PASSWORD, refresh_in: "body" } }));
  if (!("access_token" in session)) throw new Error("a fresh account has no second factor");
  const api = apiWith(session.access_token);
  const keys = await good(api.GET("/api/v1/stores/{id}/credentials", { params: { path: { id } } }));
  for (const key of [keys.admin_url, keys.admin_email, keys.admin_password, keys.publishable_key]) {
    await expect(shown).toContainText(key);
  }

  const adminOpens = context.waitForEvent("page");
  await page.getByRole("link", { name: /^Open .*admin/i }).first().click();
  const admin = await adminOpens;
  await admin.locator("input[name=email]").fill(keys.admin_email, { timeout: ADMIN_LIMIT_MS });
  await admin.locator("input[name=password]").fill(keys.admin_password);
  await admin.locator("button[type=submit]").click();
  await expect(admin.getByText("Orders").first()).toBeVisible({ timeout: ADMIN_LIMIT_MS });

  const shop = await openShop(playwright.request, keys, process.env.SOUK_INGRESS_CONNECT);
  const order = await buy(shop, SHOPPER);
  await shop.dispose();
  expect(order.email).toBe(SHOPPER);
  expect(order.total).toBeGreaterThan(0);
  await admin.goto(new URL(`/app/orders/${order.id}`, keys.admin_url).href);
  await expect(admin.getByText(SHOPPER).first()).toBeVisible({ timeout: ADMIN_LIMIT_MS });
  await admin.close();

  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete the store…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/to confirm/).fill("leylas-lamps");
  await dialog.getByRole("button", { name: "Delete the store" }).click();
  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "This store is deleted" })).toBeVisible({ timeout: GONE_LIMIT_MS });
});
