import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

/** Souk looks at the cluster once a minute. */
const ASK_EVERY_MS = 15_000;

export function useOrphans() {
  return useQuery({
    queryKey: [...keys.admin, "orphans"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/orphans", { signal })),
    refetchInterval: ASK_EVERY_MS,
  });
}
