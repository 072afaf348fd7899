import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

export const secondFactorKey = [...keys.me, "second-factor"];

export function useSecondFactor() {
  return useQuery({
    queryKey: secondFactorKey,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/me/second-factor", { signal })),
  });
}
