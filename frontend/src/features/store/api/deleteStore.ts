import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { Accepted } from "@/shared/api/schema.gen";

import { useStoreChange } from "./useStoreChange";

export function useDeleteStore(id: string) {
  const change = useStoreChange();
  return useMutation({
    mutationFn: () => ask<Accepted>(api.DELETE("/api/v1/stores/{id}", { params: { path: { id } } })),
    onSuccess: change.accepted,
    onError: () => change.lookAgain(id),
  });
}
