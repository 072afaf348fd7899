// The one stream of this tab: what happens to all stores of the account. It makes the caches that it concerns
// stale; pages only watch their queries, and need not know that there is a stream.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { observable, useObservable } from "@/shared/lib/observable";

import { followEvents, type StreamState } from "./eventStream";
import { keys } from "./keys";
import type { Event } from "./schema.gen";

/** Events come in bursts; what they make stale is asked for once. */
const GATHER_MS = 120;

const streamState = observable<StreamState>("connecting");

/** Whether pages are told of changes. While they are not, they ask by themselves now and then. */
export function useIsLive(): boolean {
  return useObservable(streamState) === "open";
}

/** How often a page asks by itself for what changes, while nobody tells it. */
export const POLL_MS = 4_000;

export function useAccountEvents(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    const stop = new AbortController();
    const stale = gatherer(client);
    void followEvents({
      path: "/api/v1/events",
      signal: stop.signal,
      onState: (state) => {
        streamState.set(state);
        // What happened between a page's first request and the stream's beginning is in neither.
        if (state === "open") stale.all();
      },
      onEvent: (data) => {
        const event = readEvent(data);
        if (event === null) stale.all();
        else stale.of(event);
      },
    });
    return () => {
      stop.abort();
      stale.end();
      streamState.set("connecting");
    };
  }, [client, enabled]);
}

export function readEvent(data: string): Event | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && "store_id" in value ? (value as Event) : null;
  } catch {
    return null;
  }
}

type Key = readonly string[];

/** Which caches an event makes stale. */
export function staleKeys(event: Event): Key[] {
  const stale: Key[] = [keys.store(event.store_id)];
  if (event.operation_id) stale.push(keys.operation(event.operation_id));
  // A step changes nothing that a list or the quota shows.
  if (!event.kind.startsWith("step_")) stale.push(keys.stores, keys.quota, keys.admin);
  return stale;
}

function gatherer(client: QueryClient) {
  let waiting = new Map<string, Key>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const add = (all: Key[]) => {
    for (const key of all) waiting.set(key.join(" "), key);
    timer ??= setTimeout(() => {
      timer = null;
      const now = waiting;
      waiting = new Map();
      for (const key of now.values()) void client.invalidateQueries({ queryKey: key });
    }, GATHER_MS);
  };
  return {
    of: (event: Event) => add(staleKeys(event)),
    all: () => add([keys.stores, ["store"], keys.operations, keys.quota]),
    end: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
