import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { DisableSecondFactor } from "@/shared/api/schema.gen";

import { secondFactorKey } from "./getSecondFactor";

export function useDisableSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: DisableSecondFactor) => ask(api.POST("/api/v1/me/second-factor/disable", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: secondFactorKey }),
  });
}
