// With the keyboard alone: no test here uses a mouse, nor puts the focus anywhere by itself.
import { expect, test } from "./fixtures";
import { good } from "./support/api";
import { tabTo } from "./support/keyboard";
import { openStore } from "./support/stores";

test("a store is created and deleted with the keyboard alone", async ({ page, merchant }) => {
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel("E-mail address"));
  await page.keyboard.type(merchant.email);
  await tabTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(merchant.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/stores");

  await tabTo(page, page.getByRole("main").getByRole("link", { name: "Create a store" }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Create a store" })).toBeFocused();
  await tabTo(page, page.getByRole("radio", { name: /^Medusa/ }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: /^WooCommerce/ })).toBeChecked();
  await tabTo(page, page.getByLabel("Title"));
  await page.keyboard.type("By hand");
  await expect(page.getByText("It is free.")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Create the store" }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: /^Your shop is open/ })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: "Reveal the credentials" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Show the password" }));

  await page.keyboard.press("Control+Home");
  await tabTo(page, page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Settings" }));
  await page.keyboard.press("Enter");
  const opener = page.getByRole("button", { name: "Delete the store…" });
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete by-hand?" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  await expect(page.locator("dialog", { hasText: "Delete by-hand?" })).toHaveCount(0);
  await page.keyboard.press("Space");
  await tabTo(page, dialog.getByLabel(/to confirm/));
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await good(merchant.api.GET("/api/v1/stores"))).items).toEqual([]);
});

test("the keyboard does not leave an open dialog", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "modal" });
  await page.goto(`/stores/${store.id}/settings`);
  await tabTo(page, page.getByRole("button", { name: "Delete the store…" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  const outside = new Set<string>();
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    const where = await page.evaluate(() => {
      const focus = document.activeElement;
      // The browser's own bar has its turn, too.
      return focus === null || focus === document.body || focus.closest("dialog") ? "" : focus.outerHTML;
    });
    if (where !== "") outside.add(where);
  }
  expect([...outside]).toEqual([]);
});

test("the first stop of every page leads past the navigation", async ({ merchantPage: page }) => {
  for (const path of ["/stores", "/stores/new", "/settings"]) {
    await page.goto(path);
    await expect(page.locator("main h1")).toBeVisible();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "To the content" });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
  }
});

test("the palette opens by its keys, finds pages and stores, and gives the focus back", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "needle", title: "A needle" });
  await tabTo(page, page.getByRole("searchbox", { name: "Search by name or title" }));
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Find or do" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("needle");
  await expect(palette.getByRole("option", { name: /A needle/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/stores/${store.id}`);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("access tok");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/settings/tokens");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("dark th");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  const opener = page.getByRole("button", { name: /^Find or do/ });
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  await page.keyboard.type("nothing is called so");
  await expect(palette.getByText("Nothing is called that.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await expect(opener).toBeFocused();
});

test("a merchant's palette knows no page of the operator", async ({ merchantPage: page }) => {
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Find or do" });
  await expect(palette.getByRole("option", { name: "My stores" })).toBeVisible();
  await page.keyboard.type("dead letters");
  await expect(palette.getByRole("option")).toHaveCount(0);
});

test("menus open, move and close by keys", async ({ merchantPage: page }) => {
  const opener = page.getByRole("button", { name: /^Account of/ });
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem").nth(1)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(opener).toBeFocused();
});

test("a page that one comes to has the focus on its heading", async ({ merchantPage: page }) => {
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "Create a store" }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Create a store" })).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "My stores" })).toBeFocused();
});
