import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

import type { DeadLettersSearch } from "../deadLettersSearch";

const PAGE = 50;
const ASK_EVERY_MS = 15_000;

export function useDeadLetters(search: DeadLettersSearch) {
  const query = { ...search, limit: PAGE };
  return useQuery({
    queryKey: [...keys.admin, "dead-letters", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/dead-letters", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_EVERY_MS,
  });
}
