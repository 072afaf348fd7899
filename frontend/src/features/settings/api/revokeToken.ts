import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { tokensKey } from "./listTokens";

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/v1/me/tokens/{id}", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
}
