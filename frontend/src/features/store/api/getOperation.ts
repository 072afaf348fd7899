import { useQuery } from "@tanstack/react-query";

import { POLL_MS, useIsLive } from "@/shared/api/liveEvents";
import { operationQuery } from "@/shared/api/operation";
import { isOver } from "@/shared/ui/OperationState";

export function useOperation(id: string) {
  const isLive = useIsLive();
  return useQuery({
    ...operationQuery(id),
    refetchInterval: ({ state }) => (!isLive && !isOver(state.data?.state ?? "") ? POLL_MS : false),
  });
}
