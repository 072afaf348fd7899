import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { DisableSecondFactor } from "@/shared/api/schema.gen";

import { secondFactorKey } from "./getSecondFactor";

/** Ten new ones; those of before are worth nothing. */
export function useRenewRecoveryCodes() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: DisableSecondFactor) => ask(api.POST("/api/v1/me/second-factor/recovery-codes", { body })),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: secondFactorKey }),
  });
}
