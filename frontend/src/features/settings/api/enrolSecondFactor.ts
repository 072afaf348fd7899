import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

/** A secret for the app. Nothing is asked for at signing in until a code of it has been confirmed. */
export function useEnrolSecondFactor() {
  return useMutation({
    mutationFn: (password: string) => ask(api.POST("/api/v1/me/second-factor", { body: { password } })),
    // The answer is a secret: it is in the page's state for as long as it is shown, and not in the cache.
    gcTime: 0,
  });
}
