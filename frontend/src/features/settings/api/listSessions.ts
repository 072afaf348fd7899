import { useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

export const sessionsKey = [...keys.me, "sessions"];

export function useSessions() {
  return useQuery({
    queryKey: sessionsKey,
    queryFn: ({ signal }) => ask(api.GET("/api/v1/me/sessions", { signal })),
  });
}
