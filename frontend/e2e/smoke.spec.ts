// That the dashboard is served and starts at all. Whole journeys have files of their own.
import { expect, test } from "@playwright/test";

test("a deep link leads a visitor to the sign-in, and nothing in the page is refused", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/stores?q=lamp");
  await expect(page).toHaveURL("/sign-in?to=/stores%3Fq%3Dlamp");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  expect(complaints).toEqual([]);
});
