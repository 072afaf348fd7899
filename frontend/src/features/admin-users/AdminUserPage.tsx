import { Link } from "@tanstack/react-router";
import { ArrowLeft, CircleSlash, ScrollText, UserCheck, UserX } from "lucide-react";
import { useState } from "react";

import type { AdminUser } from "@/shared/api/schema.gen";
import { useSession } from "@/shared/api/session";
import { formatDay } from "@/shared/lib/time";
import { Badge } from "@/shared/ui/Badge";
import { Button } from "@/shared/ui/Button";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { CopyableId } from "@/shared/ui/CopyableId";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Fact, Facts } from "@/shared/ui/Facts";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Time } from "@/shared/ui/Time";

import { useAdminUser } from "./api/getUser";
import { RestoreDialog } from "./ui/RestoreDialog";
import { StoresOfCard } from "./ui/StoresOfCard";
import { SuspendDialog } from "./ui/SuspendDialog";
import { TermsCard } from "./ui/TermsCard";
import { UserStanding } from "./ui/UserStanding";

export function AdminUserPage({ userId }: { userId: string }) {
  const user = useAdminUser(userId);
  const back = (
    <Link to="/admin/users" className="inline-flex min-h-6 items-center gap-1.5 text-sm text-ink-soft hover:text-ink">
      <ArrowLeft aria-hidden className="size-4" />
      Users
    </Link>
  );
  if (user.data === undefined) {
    return (
      <>
        <PageHeader title="User" above={back} heading={<Skeleton className="h-8 w-72 max-w-full" />} />
        {user.error ? (
          <ErrorNotice error={user.error} onRetry={() => void user.refetch()} />
        ) : (
          <div className="grid gap-6 lg:grid-cols-2">
            <Loading what="the user" />
            <Skeleton className="h-72" />
            <Skeleton className="h-72" />
          </div>
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader title={user.data.email} above={back} actions={<UserActs user={user.data} />} />
      {user.data.suspended_at ? <SuspendedNotice user={user.data} /> : null}
      <div className="grid gap-6 lg:grid-cols-2">
        <UserFacts user={user.data} />
        <TermsCard account={user.data.account} />
      </div>
      <div className="mt-6">
        <StoresOfCard accountId={user.data.account.id} />
      </div>
    </>
  );
}

function UserActs({ user }: { user: AdminUser }) {
  const session = useSession();
  const [asks, setAsks] = useState<"suspend" | "restore" | null>(null);
  const isYou = session.status === "signed-in" && session.user.userId === user.id;
  const close = () => setAsks(null);
  return (
    <>
      <Link to="/admin/audit" search={{ account: user.account.id }} className={buttonClass()}>
        <ScrollText aria-hidden />
        Audit log
      </Link>
      {isYou ? null : user.suspended_at ? (
        <Button look="primary" icon={UserCheck} onClick={() => setAsks("restore")}>
          Let in again
        </Button>
      ) : (
        <Button look="danger" icon={UserX} onClick={() => setAsks("suspend")}>
          Suspend
        </Button>
      )}
      {asks === "suspend" ? <SuspendDialog user={user} onClose={close} /> : null}
      {asks === "restore" ? <RestoreDialog user={user} onClose={close} /> : null}
    </>
  );
}

function SuspendedNotice({ user }: { user: AdminUser }) {
  return (
    <div className="mb-6 flex gap-3 rounded-xl border border-bad/30 bg-bad-soft p-4">
      <CircleSlash aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium">
          Suspended {user.suspended_at ? <Time at={user.suspended_at} /> : null}
        </p>
        <p className="text-sm break-words">{user.suspension_reason ?? "No reason was given."}</p>
        <p className="mt-1 text-sm text-ink-soft">The user cannot come in, and no token of theirs counts. Their stores go on.</p>
      </div>
    </div>
  );
}

function UserFacts({ user }: { user: AdminUser }) {
  return (
    <Card title="User">
      <Facts>
        <Fact name="E-mail address">{user.email}</Fact>
        <Fact name="Role">
          {user.role === "admin" ? <Badge tone="accent">Operator</Badge> : "Merchant"}
        </Fact>
        <Fact name="May come in">
          <UserStanding user={user} />
        </Fact>
        <Fact name="Joined">
          {formatDay(new Date(user.created_at))} (<Time at={user.created_at} />)
        </Fact>
        <Fact name="User">
          <CopyableId id={user.id} what="user" />
        </Fact>
        <Fact name="Account">
          <CopyableId id={user.account.id} what="account" />
        </Fact>
      </Facts>
    </Card>
  );
}
