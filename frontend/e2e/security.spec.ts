import { expect, test } from "./fixtures";

test("the page comes with a policy that allows nothing inline, and with nothing inline", async ({ page }) => {
  const response = await page.goto("/sign-in");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/default-src '(none|self)'/);
  for (const directive of ["script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(policy).toContain(directive);
  }
  expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
  const html = (await response?.text()) ?? "";
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  for (const [, attributes = "", inside = ""] of html.matchAll(/<script([^>]*)>([^<]*)/g)) {
    expect(attributes).toContain('src="/');
    expect(inside.trim()).toBe("");
  }
});

test("what the policy refuses fails a test", async ({ page, complaints }) => {
  complaints.expectRefusal("style-src");
  complaints.expectRefusal("script-src");
  await page.goto("/sign-in");
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    const script = document.createElement("script");
    script.textContent = "window.broken = true";
    document.head.append(style, script);
  });
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
});

test("everything comes from Souk's own address", async ({ page, merchant, baseURL }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== baseURL && protocol !== "blob:") elsewhere.push(request.url());
  });
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(merchant.email);
  await page.getByLabel("Password", { exact: true }).fill(merchant.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/stores");
  await page.goto("/stores/new");
  await expect(page.getByRole("img").first().or(page.locator("main img").first())).toBeVisible();
  expect(elsewhere).toEqual([]);
});

test("no token is where a script could read it", async ({ merchantPage: page, context }) => {
  const kept = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]));
  expect(kept).not.toMatch(/eyJ|refresh|token/i);
  const cookies = await context.cookies();
  expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: "Strict" }]);
  expect(page.url()).not.toContain("eyJ");
});
