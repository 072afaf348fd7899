import { expect, test } from "./fixtures";
import { apiWith, good } from "./support/api";
import { Authenticator } from "./support/authenticator";
import { fillSignIn, freshEmail, PASSWORD, signIn, signOut } from "./support/people";

/** So many in a row, and Souk locks the address. */
const WRONG_TRIES = 5;

test("a deep link leads a visitor to the sign-in, and then to where they wanted", async ({ page, merchant }) => {
  await page.goto("/stores?q=lamp");
  await expect(page).toHaveURL("/sign-in?to=/stores%3Fq%3Dlamp");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await fillSignIn(page, merchant);
  await expect(page).toHaveURL("/stores?q=lamp");
  await expect(page.getByRole("searchbox", { name: "Search by name or title" })).toHaveValue("lamp");
});

test("after signing in nobody is led out of Souk", async ({ page, merchant }) => {
  await page.goto("/sign-in?to=https://example.com/stores");
  await fillSignIn(page, merchant);
  await expect(page).toHaveURL("/stores");
});

test("whoever signs up is in, and is shown how to open the first shop", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Make an account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Open your first shop");
  const email = freshEmail();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make my account" }).click();
  await expect(page).toHaveURL("/stores");
  await expect(page.getByRole("heading", { level: 2, name: "Open your first shop" })).toBeVisible();
  await expect(page.getByRole("button", { name: `Account of ${email}` })).toBeVisible();
});

test("a password that is easy to guess is refused, with what would make it better", async ({ page, complaints }) => {
  complaints.expectStatus(422, /\/auth\/register$/);
  await page.goto("/sign-up");
  await page.getByLabel("E-mail address").fill(freshEmail());
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("password1234");
  await password.press("Enter");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("main form")).toContainText(/guess|common|word/i);
  await expect(page).toHaveURL("/sign-up");
});

test("an address that is taken is refused", async ({ page, merchant, complaints }) => {
  complaints.expectStatus(409, /\/auth\/register$/);
  await page.goto("/sign-up");
  await page.getByLabel("E-mail address").fill(merchant.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make my account" }).click();
  await expect(page.getByRole("alert")).toContainText("The e-mail address is taken");
});

test("a wrong password is said, with a reference, and keeps what was typed", async ({ page, merchant, complaints }) => {
  complaints.expectStatus(401, /\/auth\/login$/);
  await page.goto("/sign-in");
  await fillSignIn(page, { email: merchant.email, password: "another sentence than that" });
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("E-mail address or password is wrong");
  await expect(alert.getByRole("button", { name: /^Reference \w{16,}/ })).toBeVisible();
  await expect(page.getByLabel("E-mail address")).toHaveValue(merchant.email);
  await fillSignIn(page, merchant);
  await expect(page).toHaveURL("/stores");
});

test("after five wrong passwords the page counts down to when one may come again", async ({ page, merchant, complaints }) => {
  const { email } = merchant;
  for (let tries = 0; tries < WRONG_TRIES; tries += 1) {
    await apiWith().POST("/api/v1/auth/login", { body: { email, password: `wrong sentence ${tries}` } });
  }
  complaints.expectStatus(423, /\/auth\/login$/);
  await page.goto("/sign-in");
  await fillSignIn(page, merchant);
  await expect(page.getByRole("alert")).toContainText("Signing in is locked for a while");
  await expect(page.getByRole("alert")).toContainText(/Try again in 14:\d\d min/);
  const button = page.getByRole("button", { name: /^Sign in · 14:\d\d min$/ });
  await expect(button).toBeDisabled();
  const before = await button.textContent();
  await expect(button).not.toHaveText(before ?? "");
});

test("a session outlives a reload", async ({ merchantPage }) => {
  await merchantPage.reload();
  await expect(merchantPage).toHaveURL("/stores");
  await expect(merchantPage.getByRole("heading", { level: 1 })).toHaveText("My stores");
});

test("signing out leads out in every tab, and the next deep link asks again", async ({ merchantPage, context }) => {
  const other = await context.newPage();
  await other.goto("/stores/new");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Create a store");
  await signOut(merchantPage);
  await expect(merchantPage).toHaveURL(/\/sign-in/);
  await expect(other).toHaveURL(/\/sign-in/);
  await other.goto("/stores/new");
  await expect(other).toHaveURL("/sign-in?to=/stores/new");
});

test("a session that was ended elsewhere leads to the sign-in, and back to the same page", async ({
  page,
  merchant,
  complaints,
}) => {
  await signIn(page, merchant, "/stores/new");
  await good(merchant.api.DELETE("/api/v1/me/sessions"));
  complaints.expectStatus(401, /\/api\/v1\//);
  await page.reload();
  await expect(page).toHaveURL("/sign-in?to=/stores/new");
  await expect(page.getByRole("status").filter({ hasText: "Your session has ended" })).toBeVisible();
  await fillSignIn(page, merchant);
  await expect(page).toHaveURL("/stores/new");
});

test("a second factor is asked for after the password, and a wrong code is said", async ({ page, merchant, complaints }) => {
  const { api, password } = merchant;
  const enrolment = await good(api.POST("/api/v1/me/second-factor", { body: { password } }));
  const app = new Authenticator(enrolment.secret);
  const confirmed = await good(api.POST("/api/v1/me/second-factor/confirm", { body: { code: app.next() } }));

  await page.goto("/sign-in");
  await fillSignIn(page, merchant);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("One more step");
  const code = page.getByLabel("Code");
  await expect(code).toBeFocused();
  const right = app.next();
  complaints.expectStatus(403, /\/auth\/login\/second-step$/);
  await code.fill(Authenticator.wrongCode(right));
  await code.press("Enter");
  await expect(page.getByRole("alert")).toContainText("The code is wrong");
  await code.fill(right);
  await code.press("Enter");
  await expect(page).toHaveURL("/stores");

  await signOut(page);
  await fillSignIn(page, merchant);
  await code.fill(confirmed.recovery_codes[0] ?? "");
  await code.press("Enter");
  await expect(page).toHaveURL("/stores");
});
