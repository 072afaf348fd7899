import { Link } from "@tanstack/react-router";
import { Hourglass, Info } from "lucide-react";

import { useQuota } from "@/shared/api/quota";
import { creationNow } from "@/shared/lib/creation";
import { formatTimeLeft } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";

/** Why a store could not be created this moment, before somebody tries. */
export function QuotaNotice() {
  const quota = useQuota();
  const now = useNow("second");
  if (quota.data === undefined) return null;
  const creation = creationNow(quota.data, now);
  if (creation.may) {
    const { used, limit } = quota.data.stores;
    return (
      <p className="text-sm text-ink-faint">
        It will be store {used + 1} of {limit} of your account.
      </p>
    );
  }
  const Icon = creation.why === "cooldown" ? Hourglass : Info;
  return (
    <div role="status" className="flex items-start gap-2.5 rounded-xl border border-warn/30 bg-warn-soft px-4 py-3 text-sm">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <p>
        {creation.why === "limit" ? (
          <>
            All {creation.limit} stores of your account are used.{" "}
            <Link to="/stores" className="underline underline-offset-4">
              Delete one that you no longer need
            </Link>
            , or ask the operator for more.
          </>
        ) : creation.why === "cooldown" ? (
          <>
            You have just created one. The next one can be asked for in{" "}
            <span className="tabular font-medium">{formatTimeLeft(creation.until, now)}</span>.
          </>
        ) : (
          <>Many stores are being made right now, and the queue is full. Try again in a moment.</>
        )}
      </p>
    </div>
  );
}
