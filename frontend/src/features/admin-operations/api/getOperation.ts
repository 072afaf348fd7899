import { useQuery } from "@tanstack/react-query";

import { operationQuery } from "@/shared/api/operation";
import { isOver } from "@/shared/ui/OperationState";

const ASK_EVERY_MS = 2_000;

/** The stream of events tells only of one's own stores, so an operator's page asks. */
export function useOperation(id: string) {
  return useQuery({
    ...operationQuery(id),
    refetchInterval: ({ state }) => (state.data && isOver(state.data.state) ? false : ASK_EVERY_MS),
  });
}
