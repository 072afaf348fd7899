import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { joined } from "@/shared/lib/listSearch";
import { compact } from "@/shared/lib/search";

import type { AdminStoresSearch } from "../adminStoresSearch";

const PAGE = 50;
/** The stream of events tells only of one's own stores. */
const ASK_EVERY_MS = 10_000;

export function useAdminStores({ state, engine, health, ...rest }: AdminStoresSearch) {
  const query = {
    ...compact(rest),
    ...joined("state", state),
    ...joined("engine", engine),
    ...joined("health", health),
    limit: PAGE,
  };
  return useQuery({
    queryKey: [...keys.admin, "stores", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/stores", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_EVERY_MS,
  });
}
