// axe on every page, with dialogs and errors, in both themes, on a phone and on a desk; and no page that scrolls sideways.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures";
import { emptyPages, hasCome, merchantPages, openPage, operatorPages, type PageOfAll, visitorPages } from "./support/pages";
import { signIn } from "./support/people";

const WIDTHS = [1440, 375] as const;
const THEMES = ["light", "dark"] as const;
const HEIGHT = 900;
/** What a theme can break; everything else is the same in both. */
const COLOURS = ["color-contrast", "link-in-text-block"];
const GRAVE = new Set(["serious", "critical"]);
/** Every page in four looks. */
const TIMEOUT_MS = 300_000;

test.use({ contextOptions: { reducedMotion: "reduce" } });
test.describe.configure({ timeout: TIMEOUT_MS });

test("pages for visitors are accessible", async ({ page }) => {
  expect(await findingsOf(page, visitorPages)).toEqual([]);
});

test("pages without anything on them are accessible", async ({ page, merchant }) => {
  await signIn(page, merchant);
  expect(await findingsOf(page, emptyPages)).toEqual([]);
});

test("pages for merchants are accessible", async ({ page, merchant }) => {
  const pages = await merchantPages(merchant);
  await signIn(page, merchant);
  expect(await findingsOf(page, pages)).toEqual([]);
});

test("pages for operators are accessible", async ({ page, merchant, operator }) => {
  const pages = await operatorPages(merchant);
  await signIn(page, operator);
  expect(await findingsOf(page, pages)).toEqual([]);
});

test("the drawer of narrow pages is accessible", async ({ page, operator }) => {
  await page.setViewportSize({ width: 375, height: HEIGHT });
  await signIn(page, operator);
  const drawer: PageOfAll = {
    name: "drawer",
    path: "/stores",
    unfold: async () => {
      await page.getByRole("button", { name: "Menu" }).click();
      await expect(page.getByRole("dialog", { name: "Menu" })).toBeVisible();
    },
  };
  await openPage(page, drawer);
  await hasCome(page);
  expect(await graveFindings(page)).toEqual([]);
});

test("a fault of a page is found", async ({ page }) => {
  await page.goto("/sign-in");
  await page.evaluate(() => document.documentElement.removeAttribute("lang"));
  expect(await graveFindings(page)).toEqual([expect.stringContaining("html-has-lang")]);
});

/** What is grave about each of the pages, in every look; one line each. */
async function findingsOf(page: Page, pages: readonly PageOfAll[]): Promise<string[]> {
  const found: string[] = [];
  for (const each of pages) {
    await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
    await openPage(page, each);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
        await hasCome(page);
        const look = `${each.name}, ${colorScheme}, ${width}`;
        const findings = await graveFindings(page, colorScheme === "dark" ? COLOURS : undefined);
        found.push(...findings.map((finding) => `${look}: ${finding}`));
        const over = await sideways(page);
        if (over > 0) found.push(`${look}: wider than the window by ${over} px`);
      }
    }
  }
  return found;
}

async function graveFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Pages without frames need no second page to put their findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (rules === undefined) axe.options({ rules: { "target-size": { enabled: true } } });
  else axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => GRAVE.has(impact ?? ""))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
