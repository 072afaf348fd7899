import { Link } from "@tanstack/react-router";

import { useMe } from "@/shared/api/me";
import { useQuota } from "@/shared/api/quota";
import type { Me } from "@/shared/api/schema.gen";
import { formatDay } from "@/shared/lib/time";
import { Badge } from "@/shared/ui/Badge";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { CopyableId } from "@/shared/ui/CopyableId";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Fact, Facts } from "@/shared/ui/Facts";
import { Meter } from "@/shared/ui/Meter";
import { planName } from "@/shared/ui/planWords";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";

import { SettingsFrame } from "./SettingsFrame";

export function ProfilePage() {
  const me = useMe();
  return (
    <SettingsFrame title="Profile">
      {me.data ? (
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <WhoAmI me={me.data} />
          <MyAccount me={me.data} />
        </div>
      ) : me.error ? (
        <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <div className="grid gap-6 lg:grid-cols-2">
          <Loading what="your profile" />
          <Skeleton className="h-64" />
          <Skeleton className="h-64" />
        </div>
      )}
    </SettingsFrame>
  );
}

function WhoAmI({ me }: { me: Me }) {
  return (
    <Card>
      <div className="mb-5 flex items-center gap-4">
        <span
          aria-hidden
          className="grid size-14 shrink-0 place-items-center rounded-full bg-accent-soft text-xl font-semibold text-accent uppercase"
        >
          {me.email.slice(0, 1)}
        </span>
        <div className="min-w-0">
          <h2 className="truncate text-lg font-semibold">{me.email}</h2>
          <p className="text-sm text-ink-soft">Here since {formatDay(new Date(me.created_at))}</p>
        </div>
      </div>
      <Facts>
        <Fact name="Role">{me.role === "admin" ? <Badge tone="accent">Operator</Badge> : "Merchant"}</Fact>
        <Fact name="User">
          <CopyableId id={me.id} what="user" />
        </Fact>
        <Fact name="Account">
          <CopyableId id={me.account.id} what="account" />
        </Fact>
      </Facts>
    </Card>
  );
}

function MyAccount({ me }: { me: Me }) {
  const quota = useQuota();
  const stores = quota.data?.stores;
  const isFull = stores !== undefined && stores.used >= stores.limit;
  return (
    <Card title="What you may have">
      <div className="mb-5 grid gap-2">
        {stores ? (
          <>
            <p className="text-sm">
              <span className="text-2xl font-semibold tabular">{stores.used}</span>{" "}
              <span className="text-ink-soft">
                of {stores.limit} {stores.limit === 1 ? "store" : "stores"}
              </span>
            </p>
            <Meter label="Stores of your limit" value={stores.used} max={stores.limit} tone={isFull ? "warn" : "accent"} />
          </>
        ) : quota.error ? (
          <ErrorNotice error={quota.error} onRetry={() => void quota.refetch()} />
        ) : (
          <>
            <Skeleton className="h-9 w-40" />
            <Skeleton className="h-1.5" />
          </>
        )}
      </div>
      <Facts>
        <Fact name="Plan">{planName(me.account.plan)}</Fact>
      </Facts>
      <p className="mt-4 mb-4 text-sm text-ink-faint">
        The operator of this Souk sets plan and limit. The plan is the size of your stores.
      </p>
      <Link to="/stores" className={buttonClass()}>
        To my stores
      </Link>
    </Card>
  );
}
