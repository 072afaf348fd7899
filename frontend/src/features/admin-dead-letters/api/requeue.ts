import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

export function useRequeue(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      ask(api.POST("/api/v1/admin/dead-letters/{id}/requeue", { params: { path: { id } }, body: { reason } })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.admin }),
        client.invalidateQueries({ queryKey: keys.operation(id) }),
      ]),
  });
}
