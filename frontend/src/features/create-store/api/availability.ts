import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { useSettled } from "@/shared/lib/useSettled";

/** So long after the last key the server is asked. */
const SETTLE_MS = 250;
const FRESH_MS = 10_000;

/** Whether a name is free, while its user types it. */
export function useAvailability(name: string) {
  const settled = useSettled(name, SETTLE_MS);
  const query = useQuery({
    queryKey: ["availability", settled],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores/availability", { params: { query: { name: settled } }, signal })),
    enabled: settled !== "",
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
  const isCurrent = settled === name && !query.isPlaceholderData && name !== "";
  return { answer: query.data, isCurrent: isCurrent && query.data !== undefined, error: isCurrent ? query.error : null };
}
