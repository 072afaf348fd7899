import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { joined } from "@/shared/lib/listSearch";
import { compact } from "@/shared/lib/search";
import { isOver } from "@/shared/ui/OperationState";

import { type OperationsSearch, sinceOf } from "../operationsSearch";

const PAGE = 50;
/** While something of what is shown is at work. */
const AT_WORK_MS = 2_000;
const AT_REST_MS = 8_000;

export function useOperations(search: OperationsSearch) {
  return useQuery({
    queryKey: [...keys.admin, "operations", search],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/operations", { params: { query: queryOf(search) }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.every((each) => isOver(each.state)) ? AT_REST_MS : AT_WORK_MS),
  });
}

function queryOf({ state, kind, engine, within, ...rest }: OperationsSearch) {
  return {
    ...compact(rest),
    ...joined("state", state),
    ...joined("kind", kind),
    ...joined("engine", engine),
    ...(within === undefined ? {} : { since: sinceOf(within, new Date()) }),
    limit: PAGE,
  };
}
