import { useQueryClient } from "@tanstack/react-query";

import { keys } from "@/shared/api/keys";
import type { Accepted, Store, StoreDetails } from "@/shared/api/schema.gen";

/** Puts the answer to a change where pages look, before the stream of events tells of it. */
export function useStoreChange() {
  const client = useQueryClient();
  return {
    accepted: ({ store, operation }: Accepted) => {
      client.setQueryData<StoreDetails>(keys.store(store.id), { ...store, operation });
      void client.invalidateQueries({ queryKey: keys.stores });
      void client.invalidateQueries({ queryKey: keys.quota });
    },
    changed: (store: Store) => {
      client.setQueryData<StoreDetails>(keys.store(store.id), (before) => ({ ...before, ...store }));
      void client.invalidateQueries({ queryKey: keys.stores });
    },
    /** After a refusal, the page shows the store as it is by now. */
    lookAgain: (id: string) => client.invalidateQueries({ queryKey: keys.store(id) }),
  };
}
