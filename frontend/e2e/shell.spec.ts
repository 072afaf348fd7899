import { expect, test } from "./fixtures";

test("the chosen theme is there before the first paint, and after a reload", async ({ merchantPage: page }) => {
  await page.getByRole("radiogroup", { name: "Theme" }).getByRole("radio", { name: "Dark" }).check();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.addInitScript(() => {
    // The body comes after all blocking scripts, and before any paint of it.
    new MutationObserver((_, observer) => {
      if (document.querySelector("body") === null) return;
      observer.disconnect();
      Object.assign(window, { firstTheme: document.documentElement.dataset.theme });
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await page.evaluate(() => (window as unknown as { firstTheme: string }).firstTheme)).toBe("dark");
});

test("where stores are pretended, the pages say so", async ({ merchantPage: page }) => {
  await expect(page.getByRole("complementary").getByText("simulated", { exact: true })).toBeVisible();
});
