import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { AuditPage } from "@/shared/api/schema.gen";
import { compact } from "@/shared/lib/search";

import { type AuditSearch, filterOf } from "../auditSearch";

const PAGE = 50;
const ASK_EVERY_MS = 20_000;

/** Everything, for operators; or what one did and what was done to one's account. */
export type AuditScope = "all" | "own";

export function useAudit(scope: AuditScope, search: AuditSearch) {
  const query = { ...filterOf(search), ...compact({ cursor: search.cursor }), limit: PAGE };
  return useQuery({
    queryKey: [...(scope === "all" ? keys.admin : keys.me), "audit", query],
    queryFn: async ({ signal }) => {
      const answer =
        scope === "all"
          ? await ask(api.GET("/api/v1/audit/logs", { params: { query }, signal }))
          : await ask(api.GET("/api/v1/me/audit", { params: { query }, signal }));
      // The other kind of answer is CSV, which only a request for it gets.
      return answer as AuditPage;
    },
    placeholderData: keepPreviousData,
    // A page further back does not change: entries are only added.
    refetchInterval: search.cursor === undefined ? ASK_EVERY_MS : false,
  });
}
