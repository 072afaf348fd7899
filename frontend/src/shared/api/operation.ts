import { queryOptions } from "@tanstack/react-query";

import { api, ask } from "./client";
import { keys } from "./keys";

/** The page of truth about one operation. Merchants see those of their stores, operators all. */
export function operationQuery(id: string) {
  return queryOptions({
    queryKey: keys.operation(id),
    queryFn: ({ signal }) => ask(api.GET("/api/v1/operations/{id}", { params: { path: { id } }, signal })),
  });
}
