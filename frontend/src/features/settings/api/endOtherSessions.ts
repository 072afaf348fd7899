import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { sessionsKey } from "./listSessions";

export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/me/sessions", { params: { query: { keep_current: true } } })),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}
