import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures";
import type { Person } from "./support/people";
import { askForStore, openStore } from "./support/stores";

/** Few stores make several pages, where a page has so many. */
const SMALL_PAGE = 2;

/** Two engines, names in another order than times. */
async function threeStores(owner: Person): Promise<void> {
  await openStore(owner, { name: "brass-lamps", title: "Brass lamps" });
  await openStore(owner, { name: "carpets", title: "Carpets", engine: "woocommerce" });
  await openStore(owner, { name: "apple-tea", title: "Apple tea" });
}

const titles = (page: Page) => page.getByRole("article").getByRole("heading", { level: 2 });

test("stores are searched, filtered and sorted by the server, and the address says how", async ({ merchantPage: page, merchant }) => {
  await threeStores(merchant);
  await page.reload();
  await expect(titles(page)).toHaveText(["Apple tea", "Carpets", "Brass lamps"]);

  await page.getByLabel("Order").selectOption("Name, A to Z");
  await expect(titles(page)).toHaveText(["Apple tea", "Brass lamps", "Carpets"]);
  await expect(page).toHaveURL("/stores?sort=name");

  await page.getByRole("searchbox", { name: "Search by name or title" }).fill("T");
  await expect(titles(page)).toHaveText(["Apple tea", "Carpets"]);
  await expect(page).toHaveURL("/stores?sort=name&q=T");

  await page.getByLabel("Engine").selectOption("WooCommerce");
  await expect(titles(page)).toHaveText(["Carpets"]);
  await expect(page).toHaveURL("/stores?sort=name&q=T&engine=woocommerce");

  // The address alone brings the same page, and "back" the one before.
  await page.reload();
  await expect(titles(page)).toHaveText(["Carpets"]);
  await expect(page.getByLabel("Engine")).toHaveValue("woocommerce");
  await page.goBack();
  await expect(titles(page)).toHaveText(["Apple tea", "Carpets"]);
  await expect(page.getByLabel("Engine")).toHaveValue("");
});

test("several states are chosen at once, and deleted stores only when asked for", async ({ merchantPage: page, merchant }) => {
  const gone = await openStore(merchant, { name: "gone", title: "Gone" });
  await openStore(merchant, { name: "here", title: "Here" });
  await merchant.api.DELETE("/api/v1/stores/{id}", { params: { path: { id: gone.id } } });
  const states = page.getByRole("group", { name: "Filter by state" });
  await expect(titles(page)).toHaveText(["Here"]);
  await states.getByRole("button", { name: "Deleted" }).click();
  await expect(titles(page)).toHaveText(["Gone"]);
  await states.getByRole("button", { name: /^Ready/ }).click();
  await expect(page).toHaveURL(/[?&]state=ready,deleted$/);
  await expect(titles(page)).toHaveText(["Here", "Gone"]);
  await expect(states.getByRole("button", { name: /^Ready/ })).toHaveAttribute("aria-pressed", "true");
  await states.getByRole("button", { name: /^All/ }).click();
  await expect(page).toHaveURL("/stores");
});

test("nothing that fits is another page than nothing at all", async ({ merchantPage: page, merchant }) => {
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
  await openStore(merchant, { name: "one-store", title: "One store" });
  await expect(titles(page)).toHaveText(["One store"]);
  await page.getByRole("searchbox").fill("no such thing");
  await expect(page.getByRole("heading", { name: "No store is like that" })).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(titles(page)).toHaveText(["One store"]);
  await expect(page.getByRole("searchbox")).toHaveValue("");
});

test("a list of many pages goes on and back, and sorting begins anew", async ({ merchantPage: page, merchant }) => {
  await threeStores(merchant);
  await page.route("**/api/v1/stores?*", async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("limit", String(SMALL_PAGE));
    await route.continue({ url: url.href });
  });
  await page.goto("/stores");
  await expect(titles(page)).toHaveText(["Apple tea", "Carpets"]);
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(titles(page)).toHaveText(["Brass lamps"]);
  await expect(page).toHaveURL(/\?cursor=/);
  await page.reload();
  await expect(titles(page)).toHaveText(["Brass lamps"]);
  await page.getByLabel("Order").selectOption("Name, A to Z");
  await expect(page).toHaveURL("/stores?sort=name");
  await expect(titles(page)).toHaveText(["Apple tea", "Brass lamps"]);
});

test("the table sorts by its heads, and is kept in the address", async ({ merchantPage: page, merchant }) => {
  await threeStores(merchant);
  await page.getByRole("radio", { name: "Table" }).check();
  await expect(page).toHaveURL("/stores?view=table");
  const rows = page.getByRole("table").getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveText([/Apple tea/, /Carpets/, /Brass lamps/]);
  const head = page.getByRole("columnheader", { name: "Store" });
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await expect(rows).toHaveText([/Carpets/, /Brass lamps/, /Apple tea/]);
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  await expect(rows).toHaveText([/Apple tea/, /Brass lamps/, /Carpets/]);
  await rows.first().getByRole("link", { name: "Apple tea" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Apple tea");
  await page.goBack();
  await expect(page).toHaveURL("/stores?view=table&sort=name");
});

test("the list lives: a store that somebody asks for elsewhere comes, and becomes ready", async ({ merchantPage: page, merchant }) => {
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
  await askForStore(merchant, { name: "from-afar", title: "From afar" });
  await expect(page.getByRole("article").filter({ hasText: "From afar" })).toContainText("Ready");
  await expect(page.getByText(/^1 of \d+ stores$/)).toBeVisible();
});

test("an address with words that nobody knows opens the list as it is", async ({ merchantPage: page }) => {
  await page.goto("/stores?state=melted&sort=colour&view=globe&cursor=");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My stores");
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
});
