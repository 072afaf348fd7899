// What happens to stores reaches the pages by one stream, which may break at any moment.
import { expect, test } from "./fixtures";
import { ADDRESS } from "./support/address";
import { good } from "./support/api";
import { type Person, signInBy } from "./support/people";
import { askForStore, openStore } from "./support/stores";

const EVENTS = "**/api/v1/events";
const EXPIRED = {
  type: "urn:souk:problem:auth.token_expired",
  title: "The access token has expired",
  status: 401,
  detail: "",
  code: "auth.token_expired",
  correlation_id: "expiredexpired000000",
};

test("one stream serves all pages of a tab", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "calm" });
  await expect(page.getByRole("article")).toContainText("Ready");
  const begun: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/v1/events")) begun.push(request.url());
  });
  await page.reload();
  await page.getByRole("article").getByRole("link", { name: "calm" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("calm");
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveURL(`/stores/${store.id}/activity`);
  await page.getByRole("link", { name: "My stores" }).first().click();
  await expect(page.getByRole("article")).toHaveCount(1);
  expect(begun).toHaveLength(1);
});

test("who was cut off while a shop was made sees it open when they are back", async ({ page, merchant, cable, complaints }) => {
  await signInBy(cable, page, merchant);
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
  complaints.expectNoAnswer();
  cable.pull();
  const store = await openStore(merchant, { name: "meanwhile", title: "Meanwhile" });
  await expect(page.getByRole("heading", { name: "Open your first shop" })).toBeVisible();
  cable.plugIn();
  await expect(page.getByRole("article").filter({ hasText: "Meanwhile" })).toContainText("Ready");
  // And the stream is there again: the next change comes by itself.
  await rename(merchant, store.id, "Long after");
  await expect(page.getByRole("heading", { name: "Long after" })).toBeVisible();
});

test("a shop's steps are all there after the connection broke in their midst", async ({ page, merchant, cable, complaints }) => {
  await signInBy(cable, page, merchant, "/stores/new");
  await page.getByLabel("Title").fill("Broken off");
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Broken off");
  complaints.expectNoAnswer();
  cable.pull();
  await expect(page.getByRole("status").filter({ hasText: "Souk does not answer right now." })).toBeVisible();
  cable.plugIn();
  await expect(page.getByRole("heading", { name: /^Your shop is open/ })).toBeVisible();
  await page.getByRole("link", { name: "Activity" }).click();
  const id = new URL(page.url()).pathname.split("/").at(-2) ?? "";
  const { items } = await good(merchant.api.GET("/api/v1/stores/{id}/logs", { params: { path: { id } } }));
  const ends = items.filter(({ kind }) => kind !== "step_started");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(ends.length);
});

test("a stream that ends is taken up behind its last event", async ({ merchantPage: page, merchant }) => {
  const store = await openStore(merchant, { name: "numbered" });
  const last = await numberOfFirstEvent(merchant);
  // The first stream says one thing, and ends; the ones after it are Souk's own.
  await page.route(
    EVENTS,
    (route) =>
      route.fulfill({
        contentType: "text/event-stream",
        body: `id: ${last}\nevent: operation_queued\ndata: ${JSON.stringify({ store_id: store.id, kind: "operation_queued" })}\n\n`,
      }),
    { times: 1 },
  );
  const again = page.waitForRequest((request) => request.url().endsWith("/api/v1/events") && "last-event-id" in request.headers());
  await page.goto(`/stores/${store.id}`);
  expect((await again).headers()["last-event-id"]).toBe(last);
  await rename(merchant, store.id, "Numbered, still");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Numbered, still");
});

test("without any stream a shop's making is still seen to its end", async ({ merchantPage: page, merchant, complaints }) => {
  complaints.expectNoAnswer();
  await page.route(EVENTS, (route) => route.abort());
  const store = await askForStore(merchant, { name: "deaf" });
  await page.goto(`/stores/${store.id}`);
  await expect(page.getByRole("heading", { name: /^Your shop is open/ })).toBeVisible({ timeout: 20_000 });
});

test("an access token that has ended is renewed once for all who ask", async ({ merchantPage: page, complaints }) => {
  complaints.expectStatus(401, /\/api\/v1\//);
  const renewals: string[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/auth/refresh")) renewals.push(response.url());
  });
  let refused = 0;
  await page.route(/\/api\/v1\/(stores|account)/, async (route) => {
    // Not by the token: two of one second are the same.
    if (renewals.length > 0) return route.continue();
    refused += 1;
    return route.fulfill({ status: 401, contentType: "application/problem+json", json: EXPIRED });
  });
  await page.getByRole("main").getByRole("link", { name: "Create a store" }).first().click();
  await page.getByLabel("Name").fill("renewed");
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "My stores" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My stores");
  expect(refused).toBeGreaterThan(0);
  expect(renewals).toHaveLength(1);
});

async function rename(owner: Person, id: string, title: string): Promise<void> {
  await owner.api.PATCH("/api/v1/stores/{id}", { params: { path: { id } }, body: { title } });
}

async function numberOfFirstEvent({ token }: Person): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(`${ADDRESS}/api/v1/events?after=0`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: stop.signal,
  });
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) throw new Error(`no event of the account: ${text}`);
    text += read.value;
    const number = /^id: ?(\d+)$/m.exec(text)?.[1];
    if (number !== undefined) {
      stop.abort();
      return number;
    }
  }
}
