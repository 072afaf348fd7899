import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { Accepted, EditStore, Store } from "@/shared/api/schema.gen";

import { useStoreChange } from "./useStoreChange";

/** At once for the title; for the plan of a store that runs, an operation brings it to its size. */
export function useEditStore(id: string) {
  const change = useStoreChange();
  return useMutation({
    mutationFn: (body: EditStore) =>
      ask<Store | Accepted>(api.PATCH("/api/v1/stores/{id}", { params: { path: { id } }, body })),
    onSuccess: (answer) => ("operation" in answer ? change.accepted(answer) : change.changed(answer)),
    onError: () => change.lookAgain(id),
  });
}
