import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

const ASK_EVERY_MS = 2_000;

/** Who works, and who waits for it: as it is now, so it is asked for often while somebody looks. */
export function usePermits() {
  return useQuery({
    queryKey: [...keys.admin, "permits"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/permits", { signal })),
    refetchInterval: ASK_EVERY_MS,
  });
}
