
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";


import { expect, test } from "./fixtures";
import { good } from "./support/api";
import { type Person, signInBy } from "./support/people";
import { openStore } from "./support/stores";

/** Nearer to the end than this is at the end. */
const END_PX = 24;

async function openLogs(page: Page, owner: Person): Promise<string> {
  const store = await openStore(owner, { name: "talkative" });
  await page.goto(`/stores/${store.id}/logs`);
  await expect(lines(page).getByText("simulated: listening")).toBeVisible();
  return store.id;
}

const lines = (page: Page) => page.getByRole("log");

test("the log goes on by itself, with the shop's secrets struck out", async ({ merchantPage: page, merchant }) => {
  const id = await openLogs(page, merchant);
  await expect(lines(page).getByText("simulated: request 4 answered")).toBeVisible();
  await expect(lines(page).getByText("simulated: request 5 answered")).toBeVisible();
  const keys = await good(merchant.api.GET("/api/v1/stores/{id}/credentials", { params: { path: { id } } }));
  await expect(lines(page)).toContainText("simulated: signing in with");
  await expect(lines(page)).not.toContainText(keys.admin_password);
});

test("what is looked for is counted, marked and gone to", async ({ merchantPage: page, merchant }) => {
  await openLogs(page, merchant);
  const find = page.getByRole("searchbox", { name: "Find in the log" });
  const count = page.getByRole("status").filter({ hasText: / of \d+|No hit/ });
  await find.fill("the DATABASE answers");
  await expect(count).toHaveText("1 of 1");
  await expect(lines(page).locator("mark")).toHaveText("the database answers");
  await find.fill("sta");
  await expect(count).toHaveText("1 of 1");
  await find.fill("ing");
  await expect(count).toHaveText("1 of 2");
  await page.getByRole("button", { name: "Next hit" }).click();
  await expect(count).toHaveText("2 of 2");
  await page.getByRole("button", { name: "Next hit" }).click();
  await expect(count).toHaveText("1 of 2");
  await page.getByRole("button", { name: "Hit before" }).click();
  await expect(count).toHaveText("2 of 2");
  await find.fill("no such line");
  await expect(count).toHaveText("No hit");
});

test("following stops when one scrolls up, and begins again by its button", async ({ merchantPage: page, merchant }) => {
  await page.route("**/pods/logs?*", (route) => route.fulfill({ body: longPast() }), { times: 1 });
  await openLogs(page, merchant);
  const follow = page.getByRole("button", { name: "Following" });
  await expect(follow).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => distanceToEnd(page)).toBeLessThan(END_PX);
  await lines(page).hover();
  await page.mouse.wheel(0, -400);
  const stopped = page.getByRole("button", { name: "Follow", exact: true });
  await expect(stopped).toHaveAttribute("aria-pressed", "false");
  const height = await heightOf(page);
  await expect.poll(() => heightOf(page)).toBeGreaterThan(height);
  expect(await distanceToEnd(page)).toBeGreaterThan(END_PX);
  await stopped.click();
  await expect(follow).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => distanceToEnd(page)).toBeLessThan(END_PX);
});

test("the log is saved as a file", async ({ merchantPage: page, merchant }) => {
  await openLogs(page, merchant);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("talkative.log");
  const text = await readFile(await file.path(), "utf8");
  expect(text).toContain("simulated: the database answers");
  expect(text.trimEnd().split("\n").length).toBeGreaterThanOrEqual(4);
});

test("a log that breaks goes on where it was, without a line twice", async ({ page, merchant, cable, complaints }) => {
  const store = await openStore(merchant, { name: "interrupted" });
  await signInBy(cable, page, merchant, `/stores/${store.id}/logs`);
  await expect(lines(page).getByText("simulated: request 4 answered")).toBeVisible();
  complaints.expectNoAnswer();
  const again = page.waitForRequest((request) => request.url().includes("/pods/logs") && request.url().includes("since="));
  cable.pull();
  await expect(page.getByRole("button", { name: "Connecting" })).toBeVisible();
  cable.plugIn();
  await again;
  await expect(page.getByRole("button", { name: "Following" })).toBeVisible();
  await expect(lines(page).getByText("simulated: request 5 answered")).toBeVisible();
  await expect(lines(page).getByText("simulated: the database answers")).toHaveCount(1);
});

/** So many lines that they do not fit on the page, and older than all that the shop writes. */
function longPast(): string {
  const line = (number: number) =>
    JSON.stringify({ time: "1970-01-01T00:00:00Z", pod: "medusa-simulated", container: "medusa", text: `long ago: line ${number}` });
  return Array.from({ length: 300 }, (_, number) => `${line(number)}\n`).join("");
}

async function heightOf(page: Page): Promise<number> {
  return lines(page).evaluate(({ scrollHeight }) => scrollHeight);
}

async function distanceToEnd(page: Page): Promise<number> {
  return lines(page).evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
}
