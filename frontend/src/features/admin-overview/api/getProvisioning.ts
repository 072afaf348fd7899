import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

const ASK_EVERY_MS = 30_000;

/** How the provisionings of so many days went, over all workers. */
export function useProvisioning(days: number) {
  return useQuery({
    queryKey: [...keys.admin, "provisioning", days],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/provisioning", { params: { query: { days } }, signal })),
    refetchInterval: ASK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}
