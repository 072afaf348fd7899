import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { compact } from "@/shared/lib/search";

import type { AdminUsersSearch } from "../adminUsersSearch";

const PAGE = 50;
const ASK_EVERY_MS = 20_000;

export function useAdminUsers({ standing, ...rest }: AdminUsersSearch) {
  const query = {
    ...compact(rest),
    ...(standing === undefined ? {} : { suspended: standing === "suspended" }),
    limit: PAGE,
  };
  return useQuery({
    queryKey: [...keys.admin, "users", query],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/admin/users", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_EVERY_MS,
  });
}
