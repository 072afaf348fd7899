import { useMutation } from "@tanstack/react-query";

import { ask, publicApi } from "@/shared/api/client";
import type { SecondStep } from "@/shared/api/schema.gen";

export function useSecondStep() {
  return useMutation({
    mutationFn: (body: SecondStep) => ask(publicApi.POST("/api/v1/auth/login/second-step", { body })),
  });
}
