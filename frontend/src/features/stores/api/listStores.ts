import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { POLL_MS, useIsLive } from "@/shared/api/liveEvents";

import type { StoresSearch } from "../storesSearch";

/** Three rows of four cards, or of three, or of two. */
const PAGE = 24;

export function useStores({ q, state, engine, health, sort, cursor }: StoresSearch) {
  const isLive = useIsLive();
  const query = {
    limit: PAGE,
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : { state: state.join(",") }),
    ...(engine === undefined ? {} : { engine: engine.join(",") }),
    ...(health === undefined ? {} : { health: health.join(",") }),
    ...(sort === undefined ? {} : { sort }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return useQuery({
    queryKey: [...keys.stores, query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? false : POLL_MS,
  });
}
