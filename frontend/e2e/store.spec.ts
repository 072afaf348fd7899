import { expect, test } from "./fixtures";
import { good } from "./support/api";
import { registerMerchant } from "./support/people";
import { askForStore, openStore } from "./support/stores";

/** A simulated store is ready, or has failed, in two seconds. */
const OPENING_MS = 20_000;
/** Souk is told of the loss at once, but looks at most every so often. */
const LOSS_MS = 75_000;
const NEVER_MADE = "store_01hzzzzzzzzzzzzzzzzzzzzzzz";

test("a title can be changed, and is new everywhere at once", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "old-title", title: "Old title" });
  await page.goto(`/stores/${store.id}/settings`);
  const save = page.getByRole("button", { name: "Save the title" });
  await expect(save).toBeDisabled();
  await page.getByLabel("Store title").fill("  New & better title  ");
  await save.click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("The title is changed");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("New & better title");
  await expect(page).toHaveTitle(/^New & better title · /);
  const now = await good(merchant.api.GET("/api/v1/stores/{id}", { params: { path: { id: store.id } } }));
  expect(now.title).toBe("New & better title");
});

test("a change of plan is confirmed, and brings the shop to its size before one's eyes", async ({
  merchantPage: page,
  merchant,
  operator,
}) => {
  const store = await openStore(merchant, { name: "growing" });
  const path = { id: merchant.accountId };
  await good(operator.api.PATCH("/api/v1/admin/accounts/{id}", { params: { path }, body: { plan: "pro" } }));
  await page.goto(`/stores/${store.id}/settings`);
  await page.getByLabel("Store plan").selectOption("standard");
  await page.getByRole("button", { name: "Change the plan" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("the shop is away for some seconds");
  await dialog.getByRole("button", { name: "Change the plan" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByText("Brought to its size")).toBeVisible();
  await expect(page.getByLabel("About this store")).toContainText("Standard");
});

test("a store is deleted by typing its name, and what is lost is said", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "going-going", title: "Going, going" });
  await page.goto(`/stores/${store.id}/settings`);
  await page.getByRole("button", { name: "Delete the store…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete going-going?" });
  await expect(dialog).toContainText("all orders, customers and their addresses");
  await expect(dialog).toContainText(store.host);
  const act = dialog.getByRole("button", { name: "Delete the store" });
  await expect(act).toBeDisabled();
  await dialog.getByLabel(/to confirm/).fill("going");
  await expect(act).toBeDisabled();
  await dialog.getByLabel(/to confirm/).fill(" going-going ");
  await act.click();
  await expect(dialog).toBeHidden();
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "This store is deleted" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "My stores" }).click();
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
});

test("credentials are asked for only when their owner asks", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "secretive" });
  const looks: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/credentials") && request.url().includes("/api/")) looks.push(request.url());
  });
  await page.goto(`/stores/${store.id}`);
  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Credentials" }).click();
  const reveal = page.getByRole("button", { name: "Reveal the credentials" });
  await expect(reveal).toBeVisible();
  expect(looks).toEqual([]);
  await reveal.click();
  await expect(page.getByText("Publishable key", { exact: true })).toBeVisible();
  // Whoever leaves the page leaves them, too.
  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Overview" }).click();
  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Credentials" }).click();
  await expect(reveal).toBeVisible();
  expect(looks).toHaveLength(1);
});

test("what happened to a store stands in its activity, with a reference", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "eventful" });
  await page.goto(`/stores/${store.id}/activity`);
  const events = await good(merchant.api.GET("/api/v1/stores/{id}/logs", { params: { path: { id: store.id } } }));
  const rows = page.getByRole("main").getByRole("listitem");
  const ends = events.items.filter(({ kind }) => kind !== "step_started");
  await expect(rows).toHaveCount(ends.length);
  await expect(page.getByRole("button", { name: /^Reference \w{16,}/ }).first()).toBeVisible();
  await page.getByLabel("Show each step").uncheck();
  await expect(rows).toHaveCount(ends.filter(({ kind }) => !kind.startsWith("step_")).length);
});

test("another merchant's store looks like one that never was", async ({ merchantPage: page, complaints }) => {
  const stranger = await registerMerchant();
  const theirs = await openStore(stranger, { name: "not-yours", title: "Not yours" });
  complaints.expectStatus(404, /\/api\/v1\/stores\/store_/);
  const shown: string[] = [];
  for (const id of [theirs.id, NEVER_MADE]) {
    for (const tab of ["", "/credentials", "/logs", "/settings"]) {
      await page.goto(`/stores/${id}${tab}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
      shown.push(`${await page.title()} ${(await page.getByRole("main").textContent()) ?? ""}`);
    }
  }
  expect(new Set(shown).size).toBe(1);
  expect(shown[0]).not.toContain("Not yours");
});

test("a failed store says at which step, why, and what to do; tried again, it opens", async ({ merchantPage: page, merchant }) => {
  const store = await askForStore(merchant, { name: "fails-at-rollout" });
  await page.goto(`/stores/${store.id}`);
  await expect(page.getByRole("heading", { name: "It failed at “Starting up”" })).toBeVisible({ timeout: OPENING_MS });
  const main = page.getByRole("main");
  await expect(main).toContainText("was told by its name to fail at rollout");
  await expect(main).toContainText("What to do: Try again");
  await expect(main.getByRole("button", { name: /^Reference/ }).first()).toBeVisible();
  await main.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Your shop is open" })).toBeVisible({ timeout: OPENING_MS });
});

test("a store that has lost its data says so, and is rebuilt when its owner has typed its name", async ({ merchantPage: page, merchant }) => {
  test.setTimeout(LOSS_MS + 2 * OPENING_MS);
  const store = await openStore(merchant, { name: "loses-its-data" });
  await page.goto(`/stores/${store.id}`);
  await expect(page.getByRole("heading", { name: "This shop has lost its data" })).toBeVisible({ timeout: LOSS_MS });
  await page.getByRole("button", { name: "Rebuild as an empty shop" }).click();
  const dialog = page.getByRole("dialog");
  const rebuild = dialog.getByRole("button", { name: "Rebuild the shop" });
  await expect(rebuild).toBeDisabled();
  await dialog.getByRole("textbox").fill("loses-its-data");
  await rebuild.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Your shop is open" })).toBeVisible({ timeout: OPENING_MS });
  await expect(page.getByRole("heading", { name: "This shop has lost its data" })).toBeHidden();
});
