import { expect, test } from "./fixtures";
import { good } from "./support/api";
import { openStore } from "./support/stores";

/** Of a provisioning: namespace, secrets, release, rollout, setup, verify, publish. */
const STEPS = 7;

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a merchant creates a store, watches it being made, and holds its keys", async ({ merchantPage: page, merchant }) => {
  await page.getByRole("main").getByRole("link", { name: "Create a store" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create a store");
  await expect(page.getByText(/It will be store 1 of \d+ of your account/)).toBeVisible();

  await page.getByRole("radio", { name: /^WooCommerce/ }).check();
  await page.getByLabel("Title").fill("Leyla's Lamps & Çarşı");
  await expect(page.getByLabel("Name")).toHaveValue("leylas-lamps-carsi");
  await expect(page.getByText("It is free.")).toBeVisible();
  await expect(page.getByText(/leylas-lamps-carsi-••••••\S+/).first()).toBeVisible();
  await page.getByRole("radio", { name: /^Electronics/ }).check();
  await page.getByLabel("Country").selectOption("US");
  await expect(page.getByLabel("Currency")).toHaveValue("USD");
  await page.getByRole("button", { name: "Create the store" }).click();

  await expect(page).toHaveURL(/\/stores\/store_\w+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Leyla's Lamps & Çarşı");
  const steps = page.getByRole("main").getByRole("listitem").filter({ hasText: /: (Waiting|Running|Done)/ });
  await expect(steps).toHaveCount(STEPS);
  await expect(page.getByRole("heading", { level: 2, name: /^Your shop is open/ })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Ready");

  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const store = await good(merchant.api.GET("/api/v1/stores/{id}", { params: { path: { id } } }));
  expect(store).toMatchObject({ engine: "woocommerce", catalog: "electronics", country: "US", currency: "USD" });
  await expect(page.getByRole("link", { name: /^Open the shop/ })).toHaveAttribute("href", store.url);

  await page.getByRole("button", { name: "Reveal the credentials" }).click();
  const keys = await good(merchant.api.GET("/api/v1/stores/{id}/credentials", { params: { path: { id } } }));
  const table = page.getByLabel("Credentials").filter({ hasText: "E-mail" });
  await expect(table).toContainText(keys.admin_email);
  await expect(table).not.toContainText(keys.admin_password);
  await table.getByRole("button", { name: "Copy: Password" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(keys.admin_password);
  await table.getByRole("button", { name: "Show the password" }).click();
  await expect(table).toContainText(keys.admin_password);

  // The list behind it knows, without a reload.
  await page.getByRole("link", { name: "My stores" }).first().click();
  await expect(page.getByRole("article").filter({ hasText: "Leyla's Lamps & Çarşı" })).toContainText("Ready");
});

test("steps come by themselves, one after the other", async ({ merchantPage: page }) => {
  await page.goto("/stores/new");
  await page.getByLabel("Title").fill("Slow and steady");
  await expect(page.getByText("It is free.")).toBeVisible();
  // What the page says to those who listen, as often as it changes.
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const listen = () => {
      for (const status of document.querySelectorAll("[role=status]")) {
        const words = status.textContent;
        if (/^(Waiting|Your shop is being|Step)/.test(words) && heard.at(-1) !== words) heard.push(words);
      }
    };
    new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page.getByRole("heading", { level: 2, name: /^Your shop is open/ })).toBeVisible();
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard.length, heard.join(", ")).toBeGreaterThan(1);
  const numbers = heard.filter((words) => words.startsWith("Step ")).map((words) => Number(words.split(" ")[1]));
  expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
});

test("a name is judged while it is typed", async ({ merchantPage: page, merchant }) => {
  const taken = await openStore(merchant, { name: "paper-moon" });
  await page.goto("/stores/new");
  const name = page.getByLabel("Name");
  await name.fill("paper-moon");
  await expect(page.getByText("You have a store of this name.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Go to it" })).toHaveAttribute("href", `/stores/${taken.id}`);
  await name.fill("www");
  await expect(page.getByRole("status").filter({ hasText: /reserved|cannot|own/i })).toBeVisible();
  await expect(page.getByText("It is free.")).toBeHidden();
  await name.fill("paper-sun");
  await expect(page.getByText("It is free.")).toBeVisible();
});

test("a name that the title proposed is not touched again once it is one's own", async ({ merchantPage: page }) => {
  await page.goto("/stores/new");
  await page.getByLabel("Name").fill("my-own");
  await page.getByLabel("Title").fill("Something else");
  await expect(page.getByLabel("Name")).toHaveValue("my-own");
});

test("a form that is not right says so at its fields, and asks the server for nothing", async ({ merchantPage: page }) => {
  await page.goto("/stores/new");
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/v1/stores")) asked.push(request.url());
  });
  await page.getByLabel("Name").fill("Not A Name");
  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page.getByLabel("Title")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Title")).toBeFocused();
  await expect(page.getByText("Small letters, digits and single hyphens, a letter first")).toBeVisible();
  expect(asked).toEqual([]);
});

test("an answer that got lost makes no second store", async ({ merchantPage: page, merchant, complaints }) => {
  await page.goto("/stores/new");
  await page.getByLabel("Title").fill("Only once");
  await expect(page.getByText("It is free.")).toBeVisible();
  complaints.expectNoAnswer();
  await page.route("**/api/v1/stores", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  const create = page.getByRole("button", { name: "Create the store" });
  await create.click();
  await expect(page.getByRole("alert")).toContainText("Souk cannot be reached");
  await create.click();
  await expect(page).toHaveURL(/\/stores\/store_/);
  const { items } = await good(merchant.api.GET("/api/v1/stores"));
  expect(items.map(({ name }) => name)).toEqual(["only-once"]);
});

test("who has used up the limit is told before they try, and can delete", async ({ page, merchantPage, merchant, operator }) => {
  const store = await openStore(merchant, { name: "only-one" });
  const path = { id: merchant.accountId };
  await good(operator.api.PATCH("/api/v1/admin/accounts/{id}", { params: { path }, body: { max_stores: 1 } }));
  await merchantPage.reload();
  await expect(page.getByText("All 1 stores used")).toBeVisible();
  await page.goto("/stores/new");
  await expect(page.getByRole("status").filter({ hasText: /of your account are used/ })).toBeVisible();
  await page.goto(`/stores/${store.id}/settings`);
  await expect(page.getByRole("button", { name: /Delete the store/ })).toBeEnabled();
});
