import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { POLL_MS, useIsLive } from "@/shared/api/liveEvents";
import type { Event } from "@/shared/api/schema.gen";

const PAGE = 100;
/** A store has some twenty events an operation; more than this nobody reads on a page. */
const PAGES_AT_ONCE = 20;

/** A store's events, oldest first. Numbers have no gaps, so each look asks only for what came after the last one. */
export function useStoreEvents(id: string) {
  const client = useQueryClient();
  const isLive = useIsLive();
  return useQuery({
    queryKey: keys.storeEvents(id),
    queryFn: ({ signal }) => readOn(client, id, signal),
    refetchInterval: isLive ? false : POLL_MS,
  });
}

async function readOn(client: QueryClient, id: string, signal: AbortSignal): Promise<Event[]> {
  const known = client.getQueryData<Event[]>(keys.storeEvents(id)) ?? [];
  const all = [...known];
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    const after = all.at(-1)?.seq ?? 0;
    const params = { path: { id }, query: { after, limit: PAGE } };
    const { items, next_after: next } = await ask(api.GET("/api/v1/stores/{id}/logs", { params, signal }));
    all.push(...items);
    if (next === null || next === undefined) break;
  }
  return all;
}
