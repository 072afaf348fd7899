// The API, typed by its own document. `api` sends the token of who is signed in; `publicApi` sends none.
import createClient from "openapi-fetch";

import { isProblem, problemOf, problemWithoutAnswer } from "./problem";
import { noteAnswer, noteNoAnswer, noteOutage } from "./reachability";
import type { paths } from "./schema.gen";
import { freshToken, presentToken, renew } from "./session";

const baseUrl = typeof location === "undefined" ? "http://localhost" : location.origin;

export const api = createClient<paths>({ baseUrl, fetch: authorizedFetch });
export const publicApi = createClient<paths>({ baseUrl, fetch: watchedFetch });

/**
 * `fetch` with the token of who is signed in. An answer 401 gets one new token and one more try: the token may
 * have ended on its way, or its session.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await freshToken();
  const response = await watchedFetch(withToken(request, token));
  if (response.status !== 401 || token === null) return response;
  // Another request may have had its 401 sooner, and a new token for all.
  const isOld = presentToken() !== token;
  if (!isOld && (await renew()) !== "renewed") return response;
  return watchedFetch(withToken(again, await freshToken()));
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer's body, or the problem as an exception: what TanStack Query wants of both. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  const problem = problemOf(response, error, new Date());
  noteOutage(problem.status, problem.code);
  throw problem;
}

/** Whether the server answered in a way that asking again may change. */
export function isPassing(error: unknown): boolean {
  return !isProblem(error) || error.status === 0 || error.status >= 500;
}

function withToken(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function watchedFetch(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.status < 502) noteAnswer();
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    noteNoAnswer();
    throw problemWithoutAnswer(navigator.onLine);
  }
}
