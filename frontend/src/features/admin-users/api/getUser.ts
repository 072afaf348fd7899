import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

export function adminUserQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.admin, "user", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/users/{id}", { params: { path: { id } }, signal })),
  });
}

export function useAdminUser(id: string) {
  return useQuery(adminUserQuery(id));
}
