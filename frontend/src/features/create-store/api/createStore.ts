import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Accepted, CreateStore } from "@/shared/api/schema.gen";
import { randomKey } from "@/shared/lib/randomKey";

/**
 * The same request keeps its key for as long as the form is open: sent again after an answer that got lost, it makes
 * no second store.
 */
export function useCreateStore() {
  const client = useQueryClient();
  const sent = useRef({ body: "", key: "" });
  return useMutation<Accepted, unknown, CreateStore>({
    mutationFn: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: randomKey() };
      const header = { "Idempotency-Key": sent.current.key };
      return ask<Accepted>(api.POST("/api/v1/stores", { body, params: { header } }));
    },
    onSuccess: ({ store, operation }) => {
      client.setQueryData(keys.store(store.id), { ...store, operation });
      void client.invalidateQueries({ queryKey: keys.stores });
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.quota }),
  });
}
