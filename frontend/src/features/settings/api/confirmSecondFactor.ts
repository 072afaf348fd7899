import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { secondFactorKey } from "./getSecondFactor";

export function useConfirmSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => ask(api.POST("/api/v1/me/second-factor/confirm", { body: { code } })),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: secondFactorKey }),
  });
}
