import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { POLL_MS, useIsLive } from "@/shared/api/liveEvents";
import { isOnTheMove } from "@/shared/ui/StoreState";

export function storeQuery(id: string) {
  return queryOptions({
    queryKey: keys.store(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores/{id}", { params: { path: { id } }, signal })),
  });
}

/** The store of this page. The route has loaded it; one that is not there is the router's "not found". */
export function useStore(id: string) {
  const isLive = useIsLive();
  return useSuspenseQuery({
    ...storeQuery(id),
    refetchInterval: ({ state }) => (!isLive && isOnTheMove(state.data?.state ?? "") ? POLL_MS : false),
  }).data;
}
