import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { CreateToken } from "@/shared/api/schema.gen";

import { tokensKey } from "./listTokens";

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateToken) => ask(api.POST("/api/v1/me/tokens", { body })),
    // The answer holds the secret, which nothing should keep.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
}
