import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

const ASK_EVERY_MS = 2_000;
const QUERY = { state: "queued,running,cancelling", sort: "queued_at", limit: 100 } as const;

/** What is not over, oldest first: the names and steps that the list of permits does not have. */
export function useAtWork() {
  return useQuery({
    queryKey: [...keys.admin, "at-work"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/operations", { params: { query: QUERY }, signal })),
    refetchInterval: ASK_EVERY_MS,
    select: ({ items }) => new Map(items.map((operation) => [operation.id, operation])),
  });
}
