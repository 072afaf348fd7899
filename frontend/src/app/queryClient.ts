import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { isPassing } from "@/shared/api/client";
import { isProblem } from "@/shared/api/problem";
import { noteOutage } from "@/shared/api/reachability";

const RETRIES = 2;
/** The stream of events says what changed; this only bounds how old an answer may be that it did not reach. */
const STALE_AFTER_MS = 20_000;

export function makeQueryClient(): QueryClient {
  const note = (error: unknown) => {
    if (isProblem(error)) noteOutage(error.status, error.code);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: note }),
    mutationCache: new MutationCache({ onError: note }),
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        retry: (failures, error) => isPassing(error) && failures < RETRIES,
        // Whether Souk answers is found out by asking, not by what the browser thinks of its network.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
