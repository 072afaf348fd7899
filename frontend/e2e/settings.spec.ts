import { readFile } from "node:fs/promises";

import { expect, test } from "./fixtures";
import { apiWith, good } from "./support/api";
import { Authenticator } from "./support/authenticator";
import { fillSignIn, PASSWORD, signIn, signOut } from "./support/people";

const NEW_PASSWORD = "quite another sentence, longer";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a token is shown once, opens what it should, and is worth nothing when it is revoked", async ({ merchantPage: page }) => {
  await page.goto("/settings/tokens");
  await expect(page.getByRole("heading", { name: "No token yet" })).toBeVisible();
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog", { name: "New access token" });
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("Nightly report");
  await expect(dialog.getByLabel(/Act as operator/)).toBeHidden();
  await dialog.getByRole("button", { name: "Make the token" }).click();

  await page.getByRole("button", { name: "Copy", exact: true }).click();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  expect(secret).toMatch(/^souk_\w{36}$/);
  const look = () => apiWith(secret).GET("/api/v1/stores");
  expect((await look()).response.status).toBe(200);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.reload();
  await expect(page.getByText("Nightly report").first()).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(secret);

  await page.getByRole("button", { name: "Revoke Nightly report" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No token yet" })).toBeVisible();
  expect((await look()).response.status).toBe(401);
});

test("other sessions are listed and ended, and their pages led out", async ({ merchantPage: page, merchant, newBrowser, complaints }) => {
  const elsewhere = await newBrowser();
  await signIn(elsewhere, merchant);
  await page.goto("/settings/sessions");
  const rows = page.getByRole("main").getByRole("listitem");
  // The third one is the one that the test itself holds.
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: "This one" })).toHaveCount(1);
  await page.getByRole("button", { name: "End all others" }).click();
  const dialog = page.getByRole("dialog", { name: "End the 2 other sessions?" });
  await dialog.getByRole("button", { name: "End them" }).click();
  await expect(rows).toHaveCount(1);
  complaints.expectStatus(401, /\/api\/v1\//);
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await page.reload();
  await expect(rows).toHaveCount(1);
});

test("a new password is taken only with the old one, and counts at once", async ({ merchantPage: page, merchant, complaints }) => {
  await page.goto("/settings/security");
  const before = page.getByLabel("Password until now");
  const next = page.getByLabel("New password", { exact: true });
  complaints.expectStatus(403, /\/me\/password$/);
  await before.fill("not the password at all");
  await next.fill(NEW_PASSWORD);
  await next.press("Enter");
  await expect(before).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("region", { name: "Password" })).toContainText(/is wrong/i);
  await before.fill(merchant.password);
  await next.press("Enter");
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Your password is changed");
  await expect(before).toHaveValue("");
  await signOut(page);
  complaints.expectStatus(401, /\/auth\/login$/);
  await fillSignIn(page, merchant);
  await expect(page.getByRole("alert")).toContainText("E-mail address or password is wrong");
  await fillSignIn(page, { email: merchant.email, password: NEW_PASSWORD });
  await expect(page).toHaveURL(/^[^?]*\/(stores|settings)/);
});

test("a second factor is set up with an app, shows its recovery codes once, and is turned off", async ({ merchantPage: page, complaints }) => {
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Set it up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(dialog.getByRole("img", { name: /^QR code/ })).toBeVisible();
  await dialog.getByRole("button", { name: "Copy the secret" }).click();
  const app = new Authenticator(await page.evaluate(() => navigator.clipboard.readText()));
  const first = app.next();
  complaints.expectStatus(403, /\/second-factor\/confirm$/);
  await dialog.getByLabel("Code of the app").fill(Authenticator.wrongCode(first));
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  await expect(dialog.getByRole("alert")).toContainText("The code is wrong");
  await dialog.getByLabel("Code of the app").fill(first);
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  await expect(dialog).toBeHidden();

  const codes = page.getByRole("region", { name: "Keep your recovery codes" });
  await expect(codes.getByRole("listitem")).toHaveCount(10);
  const download = page.waitForEvent("download");
  await codes.getByRole("button", { name: "Download" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file).toContain((await codes.getByRole("listitem").first().textContent()) ?? "-");
  await codes.getByRole("button", { name: "I have kept them" }).click();
  await page.reload();
  await expect(page.getByText("10 recovery codes are left.")).toBeVisible();
  await expect(codes).toBeHidden();

  await page.getByRole("button", { name: "Turn it off" }).click();
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByLabel("Code", { exact: true }).fill(app.next());
  await dialog.getByRole("button", { name: "Turn it off" }).click();
  await expect(page.getByRole("button", { name: "Set it up" })).toBeVisible();
});

test("what one did stands in one's activity, filtered by the address, and can be saved", async ({ merchantPage: page, merchant }) => {
  await good(merchant.api.POST("/api/v1/me/tokens", { body: { name: "a script", scopes: ["stores:read"] } }));
  await page.goto("/settings/audit");
  const rows = page.getByRole("table", { name: "My activity" }).getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveCount(3);
  await page.getByLabel("What happened").selectOption({ value: "token_made" });
  await expect(page).toHaveURL("/settings/audit?event=token_made");
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  const [head, ...entries] = csv.trimEnd().split(/\r?\n/);
  expect(head).toContain("event_type");
  expect(entries).toHaveLength(1);
  expect(entries[0]).toContain("token_made");
});

test("the profile says who one is, and what one may have", async ({ merchantPage: page, merchant }) => {
  await page.goto("/settings");
  const main = page.getByRole("main");
  await expect(main.getByRole("heading", { name: merchant.email })).toBeVisible();
  await expect(main).toContainText("Merchant");
  await expect(main).toContainText(merchant.accountId);
  await main.getByRole("link", { name: "Access tokens" }).click();
  await expect(page).toHaveURL("/settings/tokens");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings: Access tokens");
});
