import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { Accepted } from "@/shared/api/schema.gen";

import { useStoreChange } from "./useStoreChange";

export function useRetryStore(id: string) {
  const change = useStoreChange();
  return useMutation({
    mutationFn: () => ask<Accepted>(api.POST("/api/v1/stores/{id}/retry", { params: { path: { id } } })),
    onSuccess: change.accepted,
    onError: () => change.lookAgain(id),
  });
}
