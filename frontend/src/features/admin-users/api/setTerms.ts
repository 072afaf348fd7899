import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { SetTerms } from "@/shared/api/schema.gen";

/** The plan of an account, and how many stores it may have. */
export function useSetTerms(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SetTerms) =>
      ask(api.PATCH("/api/v1/admin/accounts/{id}", { params: { path: { id: accountId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.admin }),
  });
}
