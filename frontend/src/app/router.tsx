import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";

import { routeTree } from "./routeTree.gen";
import { ErrorPage } from "./shell/ErrorPage";
import { NotFoundPage } from "./shell/NotFoundPage";
import { PendingPage } from "./shell/PendingPage";

export type RouterContext = { queryClient: QueryClient };

/** A page's code comes faster than this; only what is slower shows that it is loading. */
const PENDING_AFTER_MS = 150;

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    // Query decides what is fresh.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: PENDING_AFTER_MS,
    // A page that is there is not held back so that its skeleton may stay.
    defaultPendingMinMs: 0,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PendingPage,
    scrollRestoration: true,
    // Lists of words are written `state=ready,failed`, as the API has them, and not as JSON.
    stringifySearch,
    parseSearch,
  });
}

function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = searchText(value);
    if (text !== "") parameters.set(name, text);
  }
  const text = parameters.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

function searchText(value: unknown): string {
  if (Array.isArray(value)) return value.map(searchText).join(",");
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function parseSearch(text: string): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(text));
}

declare module "@tanstack/react-router" {
  // Declarations merge only as interfaces.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
