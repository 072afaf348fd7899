import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";

/**
 * A deliberate look, as it stands in the audit log. Its answer is kept by the component that asked and goes with
 * it: no cache holds passwords, and nothing asks again by itself.
 */
export function useReadCredentials(id: string) {
  return useMutation({
    mutationFn: () => ask(api.GET("/api/v1/stores/{id}/credentials", { params: { path: { id } } })),
    gcTime: 0,
  });
}
