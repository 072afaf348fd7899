import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

export const tokensKey = [...keys.me, "tokens"];

export function useTokens() {
  return useQuery({
    queryKey: tokensKey,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/me/tokens", { signal })),
  });
}
