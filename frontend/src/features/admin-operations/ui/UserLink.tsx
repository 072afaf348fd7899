import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";

/** An address changes hardly ever. */
const KNOWN_FOR_MS = 30 * 60_000;
const TAIL = 8;

/** For operators: a user by the address, where the API has told only the id. */
export function UserLink({ userId }: { userId: string }) {
  const email = useQuery({
    queryKey: keys.userEmail(userId),
    queryFn: async ({ signal }) =>
      (await ask(api.GET("/api/v1/admin/users/{id}", { params: { path: { id: userId } }, signal }))).email,
    staleTime: KNOWN_FOR_MS,
    gcTime: KNOWN_FOR_MS,
    retry: false,
  });
  return (
    <Link
      to="/admin/users/$userId"
      params={{ userId }}
      title={userId}
      className="inline-block max-w-full truncate align-bottom underline decoration-line-strong underline-offset-4 hover:decoration-ink"
    >
      {email.data ?? <code className="font-mono text-xs">…{userId.slice(-TAIL)}</code>}
    </Link>
  );
}
