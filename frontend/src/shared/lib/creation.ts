// Whether another store may be asked for now; and if not, why. Nothing of it stands in the way of deleting one.
import type { Quota } from "@/shared/api/schema.gen";

export type Creation =
  | { may: true }
  | { may: false; why: "limit"; limit: number }
  | { may: false; why: "cooldown"; until: Date }
  | { may: false; why: "queue" };

export function creationNow(quota: Quota, now: Date): Creation {
  if (quota.stores.used >= quota.stores.limit) return { may: false, why: "limit", limit: quota.stores.limit };
  const until = quota.next_creation_at ? new Date(quota.next_creation_at) : null;
  if (until !== null && until > now) return { may: false, why: "cooldown", until };
  if (quota.queue.full) return { may: false, why: "queue" };
  return { may: true };
}
