import { Link } from "@tanstack/react-router";
import { ArrowLeft, CircleX, Hourglass } from "lucide-react";
import type { ReactNode } from "react";

import type { OperationDetails } from "@/shared/api/schema.gen";
import { Badge } from "@/shared/ui/Badge";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { CopyableId } from "@/shared/ui/CopyableId";
import { Duration } from "@/shared/ui/Duration";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Fact, Facts } from "@/shared/ui/Facts";
import { StepList } from "@/shared/ui/operation/StepList";
import { stepWords } from "@/shared/ui/operation/stepWords";
import { operationKind, OperationState } from "@/shared/ui/OperationState";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Time } from "@/shared/ui/Time";
import { Until } from "@/shared/ui/Until";

import { useOperation } from "./api/getOperation";
import { useStoreOf } from "./api/getStoreOf";
import { triesOf } from "./tries";
import { TriesTable } from "./ui/TriesTable";
import { UserLink } from "./ui/UserLink";

export function OperationPage({ operationId }: { operationId: string }) {
  const operation = useOperation(operationId);
  const back = (
    <Link
      to="/admin/operations"
      className="inline-flex min-h-6 items-center gap-1.5 text-sm text-ink-soft hover:text-ink"
    >
      <ArrowLeft aria-hidden className="size-4" />
      Operations
    </Link>
  );
  if (operation.data === undefined) {
    return (
      <>
        <PageHeader title="Operation" above={back} />
        {operation.error ? (
          <ErrorNotice error={operation.error} onRetry={() => void operation.refetch()} />
        ) : (
          <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <Loading what="the operation" />
            <Skeleton className="h-128" />
            <Skeleton className="h-96" />
          </div>
        )}
      </>
    );
  }
  return <Details operation={operation.data} back={back} />;
}

function Details({ operation, back }: { operation: OperationDetails; back: ReactNode }) {
  const tries = triesOf(operation.steps);
  const name = useStoreOf(operation.store_id).data?.name ?? "";
  const title = `${operationKind(operation.kind)} ${name}`.trim();
  return (
    <>
      <PageHeader
        title={title}
        above={back}
        heading={
          <span className="flex flex-wrap items-center gap-3">
            {title}
            <OperationState state={operation.state} />
            {operation.dead_letter ? <Badge tone="bad">Put aside</Badge> : null}
          </span>
        }
        actions={
          <>
            <Link to="/admin/audit" search={{ store: operation.store_id }} className={buttonClass()}>
              Audit log of the store
            </Link>
            <Link to="/stores/$storeId" params={{ storeId: operation.store_id }} className={buttonClass()}>
              To the store
            </Link>
          </>
        }
      />
      <Notices operation={operation} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title="Steps">
          <div aria-live="polite">
            <StepList steps={operation.steps} />
          </div>
        </Card>
        <OperationFacts operation={operation} />
      </div>
      <div className="mt-6">
        <TriesTable tries={tries} />
      </div>
    </>
  );
}

function Notices({ operation }: { operation: OperationDetails }) {
  const { failure, waiting_for: waitingFor, next_try_at: nextTryAt } = operation;
  if (failure) {
    return (
      <div className="mb-6 flex gap-3 rounded-xl border border-bad/30 bg-bad-soft p-4">
        <CircleX aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
        <div className="min-w-0">
          <p className="font-medium">
            {failure.step ? `It failed at “${stepWords(failure.step).title}”` : "It failed before its first step"}
          </p>
          <p className="text-sm break-words">{failure.reason}</p>
          {failure.advice ? <p className="mt-1 text-sm text-ink-soft">{failure.advice}</p> : null}
          {operation.dead_letter ? (
            <p className="mt-1 text-sm">
              No worker survived it.{" "}
              <Link to="/admin/dead-letters" className="font-medium underline underline-offset-4">
                Queue it again among the dead letters
              </Link>
            </p>
          ) : null}
        </div>
      </div>
    );
  }
  if (!waitingFor) return null;
  return (
    <div className="mb-6 flex gap-3 rounded-xl border border-warn/40 bg-warn-soft p-4">
      <Hourglass aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      <div className="min-w-0">
        <p className="font-medium">It waits</p>
        <p className="text-sm break-words">{waitingFor}</p>
        {nextTryAt ? (
          <p className="mt-1 text-sm text-ink-soft">
            It goes on <Until at={nextTryAt} />.
          </p>
        ) : null}
      </div>
    </div>
  );
}

function OperationFacts({ operation }: { operation: OperationDetails }) {
  const { queued_at: queuedAt, started_at: startedAt, finished_at: finishedAt, requested_by: requestedBy } = operation;
  return (
    <Card title="Facts">
      <Facts>
        <Fact name="Asked for">
          <Time at={queuedAt} />
        </Fact>
        <Fact name="By">
          {requestedBy ? (
            <UserLink userId={requestedBy} />
          ) : (
            "Souk itself"
          )}
        </Fact>
        <Fact name="Waited">
          <Duration from={queuedAt} to={startedAt ?? finishedAt} />
        </Fact>
        <Fact name="Took">{startedAt ? <Duration from={startedAt} to={finishedAt} /> : "Not begun"}</Fact>
        <Fact name="Ended">{finishedAt ? <Time at={finishedAt} /> : "Not yet"}</Fact>
        <Fact name="Attempt">{operation.attempt}</Fact>
        <Fact name="Taken up">
          {operation.claims === 1 ? "once" : `${operation.claims} times`}
        </Fact>
        <Fact name="Operation">
          <CopyableId id={operation.id} what="operation" />
        </Fact>
        <Fact name="Store">
          <CopyableId id={operation.store_id} what="store" />
        </Fact>
        <Fact name="Log lines">
          <CopyableId id={operation.correlation_id} what="request" />
        </Fact>
      </Facts>
    </Card>
  );
}
