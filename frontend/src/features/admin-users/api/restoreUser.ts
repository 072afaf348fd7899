import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

import { adminUserQuery } from "./getUser";

export function useRestoreUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string | null) =>
      ask(api.POST("/api/v1/admin/users/{id}/restore", { params: { path: { id } }, body: { reason } })),
    onSuccess: (user) => {
      client.setQueryData(adminUserQuery(id).queryKey, user);
      return client.invalidateQueries({ queryKey: keys.admin });
    },
  });
}
