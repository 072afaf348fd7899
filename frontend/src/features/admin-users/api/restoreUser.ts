import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { useUserChanged } from "./userChanged";

export function useRestoreUser(id: string) {
  return useMutation({
    mutationFn: (reason: string | null) =>
      ask(api.POST("/api/v1/admin/users/{id}/restore", { params: { path: { id } }, body: { reason } })),
    onSuccess: useUserChanged(id),
  });
}
