import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { POLL_MS, useIsLive } from "@/shared/api/liveEvents";
import { joined } from "@/shared/lib/listSearch";
import { compact } from "@/shared/lib/search";

import type { StoresSearch } from "../storesSearch";

/** Three rows of four cards, or of three, or of two. */
const PAGE = 24;

export function useStores({ q, state, engine, health, sort, cursor }: StoresSearch) {
  const isLive = useIsLive();
  const query = {
    ...compact({ q, sort, cursor }),
    ...joined("state", state),
    ...joined("engine", engine),
    ...joined("health", health),
    limit: PAGE,
  };
  return useQuery({
    queryKey: [...keys.stores, query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? false : POLL_MS,
  });
}
