// No test: it measures how soon a page is seen that comes for the first time, on a slow processor.
import type { Page } from "@playwright/test";
import { writeFile } from "node:fs/promises";


import { expect, test } from "../fixtures";
import { told } from "../support/address";
import { signIn } from "../support/people";

const PAGES = [
  { name: "sign in", path: "/sign-in", signedIn: false },
  { name: "stores", path: "/stores", signedIn: true },
] as const;

type Seen = { painted: number; heading: number };

test("the first render of the main pages", async ({ browser, merchant }) => {
  const runs = Number(told("SOUK_RENDER_RUNS"));
  const figures: Record<string, number[]> = {};
  for (const { name, path, signedIn } of PAGES) {
    const context = await browser.newContext();
    await context.addInitScript(noteTheHeading);
    const page = await context.newPage();
    if (signedIn) await signIn(page, merchant);
    // The first one warms up: the browser, and what Souk has not read yet.
    for (let run = 0; run <= runs; run += 1) {
      const { painted, heading } = await open(page, path);
      if (run === 0) continue;
      (figures[`${name}: first paint`] ??= []).push(painted);
      (figures[`${name}: its heading is seen`] ??= []).push(heading);
    }
    await context.close();
  }
  await writeFile(told("SOUK_RENDER_FIGURES"), JSON.stringify(figures));
});

/** Opens it with an empty cache and a processor that is so many times slower. */
async function open(page: Page, path: string): Promise<Seen> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Network.clearBrowserCache");
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: Number(told("SOUK_RENDER_SLOWDOWN")) });
  await page.goto(path);
  await expect(page.locator("main h1")).toBeVisible();
  const seen = await page.evaluate(async (): Promise<Seen> => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const { noted } = window as unknown as { noted: { heading?: number } };
    for (;;) {
      // The browser notes its first paint a moment after it.
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      if (noted.heading !== undefined && paint !== undefined) return { painted: paint.startTime, heading: noted.heading };
      await frame();
    }
  });
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await devTools.detach();
  return seen;
}

/** Runs in the page before its own scripts: when the frame came that has the heading in it. */
function noteTheHeading(): void {
  const noted: { heading?: number } = {};
  Object.assign(window, { noted });
  const look = new MutationObserver(() => {
    if (document.querySelector("main h1") === null) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => (noted.heading = performance.now())));
  });
  look.observe(document, { childList: true, subtree: true });
}
