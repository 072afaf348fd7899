import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ask } from "./client";
import { keys } from "./keys";

const quotaQuery = queryOptions({
  queryKey: keys.quota,
  queryFn: ({ signal }) => ask(api.GET("/api/v1/account/quota", { signal })),
});

/** What `POST /stores` would say this moment, in figures. */
export function useQuota() {
  return useQuery(quotaQuery);
}
