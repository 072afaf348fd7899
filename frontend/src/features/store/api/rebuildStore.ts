import { useMutation } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import type { Accepted, Store } from "@/shared/api/schema.gen";

import { useStoreChange } from "./useStoreChange";

/** `name` is what the user has typed: what is made is an empty shop. */
export function useRebuildStore({ id, name }: Pick<Store, "id" | "name">) {
  const change = useStoreChange();
  return useMutation({
    mutationFn: () =>
      ask<Accepted>(api.POST("/api/v1/stores/{id}/rebuild", { params: { path: { id } }, body: { name } })),
    onSuccess: change.accepted,
    onError: () => change.lookAgain(id),
  });
}
