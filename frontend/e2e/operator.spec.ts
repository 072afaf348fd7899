import { readFile } from "node:fs/promises";

import { expect, test } from "./fixtures";
import { apiWith } from "./support/api";
import { registerMerchant } from "./support/people";
import { openStore } from "./support/stores";

const PAGES = ["", "/stores", "/users", "/operations", "/operations/queue", "/orphans", "/dead-letters", "/audit"];

test("to a merchant the operator's pages are not there, and nothing is asked for", async ({ merchantPage: page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/v1\/(admin|audit|metrics)/.test(request.url())) asked.push(request.url());
  });
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText(["My stores"]);
  for (const path of PAGES) {
    await page.goto(`/admin${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  }
  expect(asked).toEqual([]);
});

test("a user is found, suspended, and let in again", async ({ operatorPage: page, merchant, complaints, newBrowser }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await page.getByRole("searchbox", { name: "E-mail address" }).fill(merchant.email.slice(0, 20).toUpperCase());
  await expect(page).toHaveURL(/\/admin\/users\?email=MERCHANT-/);
  await page.getByRole("link", { name: merchant.email }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(merchant.email);

  await page.getByRole("button", { name: "Suspend" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Suspend", exact: true }).click();
  await expect(dialog.getByLabel("Reason")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Reason").fill("sells what is not theirs");
  await dialog.getByRole("button", { name: "Suspend", exact: true }).click();
  await expect(page.getByRole("button", { name: "Let in again" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Suspended");
  const body = { email: merchant.email, password: merchant.password };
  const refused = await apiWith().POST("/api/v1/auth/login", { body });
  expect(refused.response.status).toBe(403);

  // What the merchant sees of it.
  const theirs = await newBrowser();
  complaints.expectStatus(403, /\/auth\/login$/);
  await theirs.goto("/sign-in");
  await theirs.getByLabel("E-mail address").fill(merchant.email);
  await theirs.getByLabel("Password", { exact: true }).fill(merchant.password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("alert")).toContainText("The user is suspended");

  await page.getByRole("button", { name: "Let in again" }).click();
  await dialog.getByRole("button", { name: "Let in again" }).click();
  await expect(page.getByRole("button", { name: "Suspend" })).toBeVisible();
  const welcome = await apiWith().POST("/api/v1/auth/login", { body });
  expect(welcome.response.status).toBe(200);
});

test("plan and limit of an account are set, and its owner sees them", async ({ operatorPage: page, merchant, newBrowser }) => {
  await page.goto(`/admin/users/${merchant.userId}`);
  await page.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog", { name: "Plan and limit" });
  await dialog.getByLabel("Plan").selectOption("Pro");
  await dialog.getByLabel("Limit of stores").selectOption("A number for this account");
  await dialog.getByLabel("Stores at most").fill("seven");
  await dialog.getByRole("button", { name: "Set" }).click();
  await expect(dialog.getByLabel("Stores at most")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Stores at most").fill("7");
  await dialog.getByRole("button", { name: "Set" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("main")).toContainText("(set for this account)");

  const theirs = await newBrowser();
  await theirs.goto("/sign-in");
  await theirs.getByLabel("E-mail address").fill(merchant.email);
  await theirs.getByLabel("Password", { exact: true }).fill(merchant.password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByText("0 of 7 stores")).toBeVisible();
});

test("everybody's stores are searched, filtered and sorted, and the address says how", async ({ operatorPage: page, merchant }) => {
  await openStore(merchant, { name: "aaa-first", title: "Aaa first" });
  await openStore(merchant, { name: "zzz-last", title: "Zzz last", engine: "woocommerce" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "All stores" }).click();
  await page.getByRole("searchbox", { name: "Owner’s e-mail" }).fill(merchant.email);
  const rows = page.getByRole("table", { name: "Stores" }).getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveText([/Zzz last/, /Aaa first/]);
  const head = page.getByRole("columnheader", { name: "Store", exact: true });
  await head.getByRole("button").click();
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  await expect(rows).toHaveText([/Aaa first/, /Zzz last/]);
  await page.getByRole("button", { name: /^Engine/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "WooCommerce" }).click();
  await page.keyboard.press("Escape");
  await expect(rows).toHaveText([/Zzz last/]);
  await page.reload();
  await expect(rows).toHaveText([/Zzz last/]);
  await page.getByRole("searchbox", { name: "Name or title" }).fill("no such store");
  await expect(page.getByRole("heading", { name: "Nothing fits" })).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(page).toHaveURL("/admin/stores");
});

test("an operation shows its steps, and leads to its store, which an operator sees", async ({ operatorPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "looked-at", title: "Looked at" });
  await page.goto(`/admin/operations?store=${store.id}`);
  await page.getByRole("link", { name: "Create looked-at" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Create");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Done");
  const steps = page.getByRole("main").getByRole("listitem").filter({ hasText: /: Done/ });
  await expect(steps).toHaveCount(7);
  await page.getByRole("link", { name: "To the store" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Looked at");

  // To look at, and no more: what the server would refuse is not offered.
  await expect(page.getByRole("main")).toContainText("This is somebody else’s store");
  const tabs = page.getByRole("navigation", { name: "Store" }).getByRole("link");
  await expect(tabs).toHaveText(["Overview", "Activity", "Logs"]);
  await expect(page.getByRole("button", { name: /Reveal/ })).toHaveCount(0);
  for (const path of ["credentials", "settings"]) {
    await page.goto(`/stores/${store.id}/${path}`);
    await expect(page.getByRole("heading", { name: "Only its owner comes in here" })).toBeVisible();
  }
  await page.getByRole("main").getByRole("link", { name: "All stores" }).click();
  await expect(page).toHaveURL("/admin/stores");
});

test("the list of operations keeps itself up to date", async ({ operatorPage: page, merchant }) => {
  await page.goto(`/admin/operations?account=${merchant.accountId}`);
  await expect(page.getByRole("heading", { name: "Nothing fits" })).toBeVisible();
  await openStore(merchant, { name: "at-work" });
  const row = page.getByRole("row").filter({ hasText: "at-work" });
  await expect(row).toContainText("Done", { timeout: 15_000 });
});

test("no dead letter is a good page, and nobody is asked to do anything", async ({ operatorPage: page }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Dead letters" }).click();
  await expect(page.getByRole("heading", { name: "None was put aside" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Queue again" })).toBeHidden();
});

test("the audit log is filtered by who did it, and saved as CSV", async ({ operatorPage: page, merchant }) => {
  const other = await registerMerchant();
  await page.goto("/admin/audit");
  await page.getByLabel("Id of a user, an account or a store").fill(merchant.userId);
  await page.getByLabel("Id of a user, an account or a store").press("Enter");
  await expect(page).toHaveURL(`/admin/audit?actor=${merchant.userId}`);
  const rows = page.getByRole("table", { name: "Audit log" }).getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveCount(1);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("souk-audit.csv");
  const csv = await readFile(await file.path(), "utf8");
  const [head, ...entries] = csv.trimEnd().split(/\r?\n/);
  expect(head).toContain("event_type");
  expect(entries).toHaveLength(1);
  expect(entries[0]).toContain("registration");
  expect(entries[0]).toContain(merchant.userId);
  expect(csv).not.toContain(other.userId);
});

test("the overview says how the platform is, and leads on", async ({ operatorPage: page, merchant }) => {
  await openStore(merchant, { name: "counted" });
  await page.goto("/admin");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/All is well|Degraded/);
  await expect(page.getByRole("main")).toContainText("Simulated");
  await expect(page.getByRole("img", { name: /^Mean time of each step/ })).toBeVisible();
  const ready = page.getByRole("table", { name: "Stores by the time until they were ready" }).getByRole("row", { name: "Stores" });
  await expect(ready).toContainText(/[1-9]/);
  await page.getByRole("radio", { name: "7 days" }).check();
  await expect(page).toHaveURL("/admin?days=7");
  await expect(page.getByRole("radio", { name: "7 days" })).toBeChecked();
  await expect(ready).toContainText(/[1-9]/);
  await expect(page.getByRole("region", { name: "Requests by route" })).toContainText("/api/v1/stores");
  await page.getByRole("main").getByRole("link", { name: "Dead letters" }).click();
  await expect(page).toHaveURL("/admin/dead-letters");
});

test("the queue says who works and who waits", async ({ operatorPage: page }) => {
  await page.goto("/admin/operations/queue");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operations: queue and permits");
  await expect(page.getByRole("meter", { name: "Permits taken" })).toBeVisible();
});
