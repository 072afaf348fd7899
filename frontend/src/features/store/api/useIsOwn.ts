import type { StoreDetails } from "@/shared/api/schema.gen";
import { useSession } from "@/shared/api/session";

/** Operators look at everybody's stores, and change only their own. */
export function useIsOwn(store: StoreDetails): boolean {
  const session = useSession();
  return session.status === "signed-in" && session.user.accountId === store.account_id;
}
