import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

import { sessionsKey } from "./listSessions";

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id } } })),
    // Also where it failed: a session that is not there any more should not stand there.
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}
