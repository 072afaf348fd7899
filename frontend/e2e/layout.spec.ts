// Nothing moves under one's eyes while a page loads.
import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures";
import { emptyPages, hasCome, merchantPages, operatorPages, type PageOfAll, visitorPages } from "./support/pages";
import { signIn } from "./support/people";

/** Cumulative layout shift; a good page has at most 0.1 (web.dev/articles/cls). */
const SHIFT_MAX = 0.02;
const ANSWERS_AFTER_MS = 120;
const WIDTHS = [1440, 375] as const;
const HEIGHT = 900;
const TIMEOUT_MS = 120_000;

test.describe.configure({ timeout: TIMEOUT_MS });

test.beforeEach(async ({ context }) => {
  await context.addInitScript(() => {
    const shifts: { value: number; of: string[] }[] = [];
    Object.assign(window, { shifts });
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        const of = entry.sources.map(({ node }) => (node instanceof Element ? node : node?.parentElement)?.outerHTML.slice(0, 120) ?? "");
        shifts.push({ value: entry.value, of });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
});

test("pages for visitors do not move while they load", async ({ page }) => {
  await slowAnswers(page);
  expect(await shiftsOf(page, whole(visitorPages))).toEqual([]);
});

test("pages without anything on them do not move while they load", async ({ page, merchant }) => {
  await signIn(page, merchant);
  await slowAnswers(page);
  expect(await shiftsOf(page, whole(emptyPages))).toEqual([]);
});

test("pages for merchants do not move while they load", async ({ page, merchant }) => {
  const pages = await merchantPages(merchant);
  await signIn(page, merchant);
  await slowAnswers(page);
  expect(await shiftsOf(page, whole(pages))).toEqual([]);
});

test("pages for operators do not move while they load", async ({ page, merchant, operator }) => {
  const pages = await operatorPages(merchant);
  await signIn(page, operator);
  await slowAnswers(page);
  expect(await shiftsOf(page, whole(pages))).toEqual([]);
});

test("a page that moves is found", async ({ page }) => {
  await page.goto("/sign-in");
  await hasCome(page);
  await page.evaluate(() => {
    const block = document.createElement("div");
    block.style.height = "300px";
    document.querySelector("main")?.prepend(block);
  });
  await expect.poll(async () => (await shift(page)).total).toBeGreaterThan(SHIFT_MAX);
});

/** As they open; what a click unfolds may move. */
function whole(pages: readonly PageOfAll[]): readonly PageOfAll[] {
  return pages.filter(({ unfold, name }) => unfold === undefined || name.startsWith("store"));
}

/** So that skeletons are seen: on one machine answers come before the first paint. */
async function slowAnswers(page: Page): Promise<void> {
  await page.route("**/api/v1/**", async (route) => {
    if (route.request().url().includes("/events")) return route.continue();
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_AFTER_MS));
    // The page may have gone on meanwhile.
    await route.continue().catch(() => undefined);
  });
}

async function shiftsOf(page: Page, pages: readonly PageOfAll[]): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const { name, path } of pages) {
      await page.goto(path);
      await hasCome(page);
      const { total, of } = await shift(page);
      if (total >= SHIFT_MAX) found.push(`${name}, ${width}: ${total.toFixed(3)} of ${of}`);
    }
  }
  return found;
}

async function shift(page: Page): Promise<{ total: number; of: string }> {
  return page.evaluate(async () => {
    // Two frames: what the last one moved has been seen by then.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { shifts } = window as unknown as { shifts: { value: number; of: string[] }[] };
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    return { total, of: shifts.flatMap(({ value, of }) => [`${value.toFixed(3)}:`, ...of]).join(" ") };
  });
}
