import type { Page, Route } from "@playwright/test";

import { expect, test } from "./fixtures";
import { signInBy } from "./support/people";
import { openStore } from "./support/stores";

const API = "**/api/v1/**";
const OUTAGE = {
  type: "urn:souk:problem:database.unavailable",
  title: "The database is away",
  status: 503,
  detail: "Nothing was changed",
  code: "database.unavailable",
  correlation_id: "0utage0utage0utage00",
};

const away = (route: Route) =>
  route.fulfill({ status: 503, contentType: "application/problem+json", headers: { "Retry-After": "2" }, json: OUTAGE });

const banner = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text });

test("who is offline is told so, keeps what they see, and goes on by itself", async ({ merchantPage: page, merchant, complaints }) => {
  complaints.allowNoAnswer();
  await openStore(merchant, { name: "still-here", title: "Still here" });
  await expect(page.getByRole("heading", { name: "Still here" })).toBeVisible();
  await page.context().setOffline(true);
  await expect(banner(page, "You are offline.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Still here" })).toBeVisible();
  await page.context().setOffline(false);
  await expect(banner(page, "You are offline.")).toBeHidden();
});

test("while nobody answers a banner says so, and goes when somebody does", async ({ page, merchant, cable, complaints }) => {
  await openStore(merchant, { name: "still-there", title: "Still there" });
  await signInBy(cable, page, merchant);
  await expect(page.getByRole("heading", { name: "Still there" })).toBeVisible();
  complaints.expectNoAnswer();
  cable.pull();
  await expect(banner(page, "Souk does not answer right now.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Still there" })).toBeVisible();
  cable.plugIn();
  await expect(banner(page, "Souk does not answer right now.")).toBeHidden();
});

test("while Souk is out of service a banner says so, and goes when it is back", async ({ merchantPage: page, merchant, complaints }) => {
  await openStore(merchant, { name: "patient", title: "Patient" });
  await expect(page.getByRole("heading", { name: "Patient" })).toBeVisible();
  complaints.expectStatus(503, /\/api\/v1\//);
  await page.route(API, away);
  await page.getByRole("searchbox").fill("pat");
  await expect(banner(page, "Souk is out of service for a moment.")).toBeVisible();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The database is away");
  await expect(alert).toContainText("Nothing was changed. Try again in a moment.");
  await expect(alert.getByRole("button", { name: `Reference ${OUTAGE.correlation_id}` })).toBeVisible();
  await page.unroute(API);
  await expect(banner(page, "Souk is out of service for a moment.")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Patient" })).toBeVisible();
  await expect(alert).toBeHidden();
});

test("a page that opens while Souk is away waits for it, and nobody is signed out", async ({ merchantPage: page, complaints }) => {
  complaints.expectStatus(503, /\/api\/v1\//);
  await page.route(API, away);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Souk does not answer");
  await page.unroute(API);
  await page.getByRole("button", { name: "Try again now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("My stores");
});

test("a request that Souk could not serve shows what to tell the operator", async ({ merchantPage: page, complaints }) => {
  const problem = { ...OUTAGE, status: 500, code: "internal", title: "Something went wrong on our side", detail: "" };
  complaints.expectStatus(500, /\/api\/v1\/stores/);
  await page.route("**/api/v1/stores", (route) =>
    route.fulfill({ status: 500, contentType: "application/problem+json", json: problem }),
  );
  await page.goto("/stores/new");
  await page.getByLabel("Title").fill("Unlucky");
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("button", { name: "Create the store" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Something went wrong on our side");
  await expect(alert).toContainText("tell the operator the reference below");
  await expect(alert).toContainText(problem.correlation_id);
});

test("too many requests are counted down", async ({ merchantPage: page, complaints }) => {
  const problem = { ...OUTAGE, status: 429, code: "store.cooldown", title: "Too soon after the last creation", detail: "" };
  complaints.expectStatus(429, /\/api\/v1\/stores/);
  await page.route("**/api/v1/stores", (route) =>
    route.fulfill({ status: 429, contentType: "application/problem+json", headers: { "Retry-After": "3" }, json: problem }),
  );
  await page.goto("/stores/new");
  await page.getByLabel("Title").fill("Impatient");
  await expect(page.getByText("It is free.")).toBeVisible();
  await page.getByRole("button", { name: "Create the store" }).click();
  await expect(page.getByRole("button", { name: /^Create the store · [123] s$/ })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Create the store", exact: true })).toBeEnabled();
});

test("an address that is no page says so, and leads back", async ({ merchantPage: page }) => {
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  await page.getByRole("link", { name: "To my stores" }).click();
  await expect(page).toHaveURL("/stores");
});
