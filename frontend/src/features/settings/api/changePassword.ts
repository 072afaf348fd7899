import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { ChangePassword } from "@/shared/api/schema.gen";

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangePassword) => ask(api.POST("/api/v1/me/password", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [...keys.me, "sessions"] }),
  });
}
