// No test: it measures how soon a page is seen that comes for the first time, on a slow processor.
import type { Page } from "@playwright/test";
import { writeFile } from "node:fs/promises";


import { test } from "../fixtures";
import { told } from "../support/address";
import { signIn } from "../support/people";

const PAGES = [
  { name: "sign in", path: "/sign-in", signedIn: false },
  { name: "stores", path: "/stores", signedIn: true },
] as const;

type Seen = { painted: number; heading: number };
type Noting = { noted: Promise<Seen> };

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

/**
 * Opens it with an empty cache, in a process of its own as in a new tab, and with a processor that is so many times slower.
 * Until the heading is seen nothing of Playwright's runs in the page: it would be slower as well, and be measured.
 */
async function open(page: Page, path: string): Promise<Seen> {
  await page.goto("about:blank");
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Network.clearBrowserCache");
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: Number(told("SOUK_RENDER_SLOWDOWN")) });
  await page.goto(path, { waitUntil: "commit" });
  const seen = await page.evaluate(() => (window as unknown as Noting).noted);
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await devTools.detach();
  return seen;
}

/** Runs in the page before its own scripts: notes when the frame came that has the heading in it. */
function noteTheHeading(): void {
  const seen = async (): Promise<Seen> => {
    const heading = performance.now();
    for (;;) {
      // The browser notes its first paint a moment after it.
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      if (paint !== undefined) return { painted: paint.startTime, heading };
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };
  const noted = new Promise<Seen>((resolve) => {
    const look = new MutationObserver(() => {
      if (document.querySelector("main h1") === null) return;
      look.disconnect();
      // The task after the next frame begins when that frame is painted.
      requestAnimationFrame(() => setTimeout(() => resolve(seen())));
    });
    look.observe(document, { childList: true, subtree: true });
  });
  Object.assign(window, { noted } satisfies Noting);
}
