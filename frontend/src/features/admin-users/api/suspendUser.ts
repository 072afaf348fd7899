import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

import { adminUserQuery } from "./getUser";

export function useSuspendUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      ask(api.POST("/api/v1/admin/users/{id}/suspend", { params: { path: { id } }, body: { reason } })),
    onSuccess: (user) => {
      client.setQueryData(adminUserQuery(id).queryKey, user);
      return client.invalidateQueries({ queryKey: keys.admin });
    },
  });
}
