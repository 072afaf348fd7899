import { useMutation } from "@tanstack/react-query";

import { ask, publicApi } from "@/shared/api/client";
import type { Register } from "@/shared/api/schema.gen";

export function useSignUp() {
  return useMutation({
    mutationFn: (body: Register) => ask(publicApi.POST("/api/v1/auth/register", { body })),
  });
}
