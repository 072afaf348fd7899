import { expect, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";


import type { Session } from "@/shared/api/schema.gen";

import { told } from "./address";
import { type Api, apiWith, good } from "./api";

export type Credentials = { email: string; password: string };
export type Person = Credentials & { userId: string; accountId: string; token: string; api: Api };

export const PASSWORD = "a good long sentence";

/** An address that nobody has. */
export function freshEmail(): string {
  return `merchant-${randomUUID().slice(0, 13)}@example.com`;
}

/** A merchant of their own for each test: what others do concerns them in nothing. */
export async function registerMerchant(): Promise<Person> {
  const credentials = { email: freshEmail(), password: PASSWORD };
  const body = { ...credentials, refresh_in: "body" };
  return personOf(credentials, await good(apiWith().POST("/api/v1/auth/register", { body })));
}

/** The operator, made first where this Souk has nobody yet: else the first merchant would become it. */
export async function findOperator(): Promise<Person> {
  const credentials = { email: told("SOUK_OPERATOR_EMAIL"), password: told("SOUK_OPERATOR_PASSWORD") };
  const body = { ...credentials, refresh_in: "body" };
  const signIn = () => apiWith().POST("/api/v1/auth/login", { body });
  const login = await signIn();
  // Where nobody is yet, each worker of the suite tries; one of them is the first.
  if (login.response.status === 401) await apiWith().POST("/api/v1/auth/register", { body });
  const session = await good(login.response.status === 401 ? signIn() : Promise.resolve(login));
  if (!("access_token" in session)) throw new Error("the operator of this suite must have no second factor");
  if (session.role !== "admin") throw new Error(`${credentials.email} is no operator of this Souk`);
  return personOf(credentials, session);
}

/** As a person does: by the page, with the keyboard's Enter. */
export async function signIn(page: Page, { email, password }: Credentials, to = "/stores"): Promise<void> {
  await page.goto(to === "/stores" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`);
  await fillSignIn(page, { email, password });
  await isIn(page);
  await expect(page).toHaveURL(to);
}

/** The same by a way of the test's own, at whose address no session is resumed: the pages follow without a reload. */
export async function signInBy({ address }: { address: string }, page: Page, person: Credentials, to = "/stores"): Promise<void> {
  await page.goto(`${address}/sign-in?to=${encodeURIComponent(to)}`);
  await fillSignIn(page, person);
  await isIn(page);
}

/** The frame of the pages for those who are signed in is there: the address alone changes before it. */
export async function isIn(page: Page): Promise<void> {
  await expect(page.locator("#main h1")).toBeVisible();
}

export async function fillSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password", { exact: true }).press("Enter");
}

/** By the menu of the user, at the foot of the navigation. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}

function personOf(credentials: Credentials, session: Session): Person {
  const { user_id: userId, account_id: accountId, access_token: token } = session;
  return { ...credentials, userId, accountId, token, api: apiWith(token) };
}
