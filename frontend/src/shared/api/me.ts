import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ask } from "./client";
import { keys } from "./keys";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => ask(api.GET("/api/v1/auth/me", { signal })),
  staleTime: 5 * 60_000,
});

export function useMe() {
  return useQuery(meQuery);
}
