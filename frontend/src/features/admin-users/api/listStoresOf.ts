import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

/** So many stand on a user's page; the list of all stores has the rest. */
export const STORES_SHOWN = 10;
const ASK_EVERY_MS = 10_000;

export function useStoresOf(accountId: string) {
  const query = { account: accountId, limit: STORES_SHOWN };
  return useQuery({
    queryKey: [...keys.admin, "stores", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/stores", { params: { query }, signal })),
    refetchInterval: ASK_EVERY_MS,
  });
}
