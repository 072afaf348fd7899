import { useQueryClient } from "@tanstack/react-query";

import { keys } from "@/shared/api/keys";
import type { AdminUser } from "@/shared/api/schema.gen";

import { adminUserQuery } from "./getUser";

/** What an answer with the user as they are now does to what is known: they are shown at once, and lists are asked for anew. */
export function useUserChanged(id: string): (user: AdminUser) => Promise<void> {
  const client = useQueryClient();
  return (user) => {
    client.setQueryData(adminUserQuery(id).queryKey, user);
    return client.invalidateQueries({ queryKey: keys.admin });
  };
}
