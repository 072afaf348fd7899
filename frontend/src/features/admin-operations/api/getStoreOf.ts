import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

/** Whose operation it is: the page of an operation knows only the id. */
export function useStoreOf(storeId: string) {
  return useQuery({
    queryKey: [...keys.admin, "store", storeId],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores/{id}", { params: { path: { id: storeId } }, signal })),
  });
}
