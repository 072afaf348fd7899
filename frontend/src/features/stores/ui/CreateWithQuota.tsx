import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";

import type { Quota } from "@/shared/api/schema.gen";
import { type Creation, creationNow } from "@/shared/lib/creation";
import { formatTimeLeft } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Meter } from "@/shared/ui/Meter";
import { Skeleton } from "@/shared/ui/Skeleton";

/** What is used of the quota, beside the button that uses it. */
export function CreateWithQuota({ quota }: { quota: Quota | undefined }) {
  const now = useNow("second");
  const creation: Creation = quota === undefined ? { may: true } : creationNow(quota, now);
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
      <div className="grid w-44 gap-1.5 text-sm">
        {quota === undefined ? (
          <Skeleton className="h-5 w-32" />
        ) : (
          <span className="h-5 truncate text-ink-soft">{quotaWords(quota, creation, now)}</span>
        )}
        <Meter
          label="Stores used"
          value={quota?.stores.used ?? 0}
          max={quota?.stores.limit ?? 1}
          tone={quota !== undefined && quota.stores.used >= quota.stores.limit ? "warn" : "accent"}
        />
      </div>
      <CreateLink />
    </div>
  );
}

export function CreateLink() {
  return (
    <Link to="/stores/new" className={buttonClass("primary")}>
      <Plus aria-hidden />
      Create a store
    </Link>
  );
}

function quotaWords({ stores }: Quota, creation: Creation, now: Date): string {
  const used = `${stores.used} of ${stores.limit} stores`;
  if (creation.may) return used;
  if (creation.why === "limit") return `All ${creation.limit} stores used`;
  if (creation.why === "cooldown") return `${used} · next in ${formatTimeLeft(creation.until, now)}`;
  return `${used} · queue full`;
}
