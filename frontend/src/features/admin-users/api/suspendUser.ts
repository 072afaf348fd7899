import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { useUserChanged } from "./userChanged";

export function useSuspendUser(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      ask(api.POST("/api/v1/admin/users/{id}/suspend", { params: { path: { id } }, body: { reason } })),
    onSuccess: useUserChanged(id),
  });
}
