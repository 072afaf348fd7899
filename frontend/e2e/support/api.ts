// The API for what a test prepares, and for what it holds the pages against. It knows no browser.
import createClient from "openapi-fetch";

import type { paths } from "@/shared/api/schema.gen";

import { ADDRESS } from "./address";

export type Api = ReturnType<typeof apiWith>;

export function apiWith(token?: string) {
  return createClient<paths>({
    baseUrl: ADDRESS,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer that must be a good one. */
export async function good<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  throw new Error(`${response.status} of ${response.url}: ${JSON.stringify(error)}`);
}
