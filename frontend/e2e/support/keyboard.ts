import { expect, type Locator, type Page } from "@playwright/test";

/** No page has so many stops. */
const STOPS_MAX = 80;

/** Presses Tab until the focus is there; a control that Tab does not lead to fails the test. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press("Tab");
    if (await isFocused(target)) return;
  }
  throw new Error(`${STOPS_MAX} times Tab, and no way to ${String(target)}`);
}

async function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}
