// The steps of the store's newest operation, live. Folded, it is the history of one that is over.
import { ChevronDown, Clock } from "lucide-react";

import type { OperationDetails } from "@/shared/api/schema.gen";
import { formatTimeLeft } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";
import { Card } from "@/shared/ui/Card";
import { Duration } from "@/shared/ui/Duration";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { StepList } from "@/shared/ui/operation/StepList";
import { TryList } from "@/shared/ui/operation/TryList";
import { isOver, OperationState } from "@/shared/ui/OperationState";
import { Reference } from "@/shared/ui/Reference";
import { Skeleton } from "@/shared/ui/Skeleton";

import { useOperation } from "../api/getOperation";
import { headline, spokenState } from "../model/operationWords";

type OperationPanelProps = { operationId: string; isFolded?: boolean };

export function OperationPanel({ operationId, isFolded = false }: OperationPanelProps) {
  const { data: operation, error, refetch } = useOperation(operationId);
  if (operation === undefined) {
    return error ? (
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className={isFolded ? "h-14 rounded-xl" : "h-144 rounded-xl"} />
    );
  }
  if (isFolded) {
    return (
      <details className="group rounded-xl border border-line bg-surface shadow-card">
        <summary className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-5 py-3 font-semibold">
          {headline(operation)}
          <OperationState state={operation.state} />
          <span className="ml-auto flex items-center gap-3 text-sm font-normal text-ink-faint">
            <Taken operation={operation} />
            <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
          </span>
        </summary>
        <div className="grid gap-3 px-5 pb-5">
          <StepList steps={operation.steps} />
          <TryList steps={operation.steps} />
          <Reference id={operation.correlation_id} />
        </div>
      </details>
    );
  }
  return (
    <Card
      title={headline(operation)}
      text={<Taken operation={operation} />}
      actions={<OperationState state={operation.state} />}
    >
      <p role="status" className="sr-only">
        {spokenState(operation)}
      </p>
      <WaitNotice operation={operation} />
      <StepList steps={operation.steps} />
      <div className="mt-3 grid justify-items-start gap-2">
        <TryList steps={operation.steps} />
        <Reference id={operation.correlation_id} />
      </div>
    </Card>
  );
}

function Taken({ operation }: { operation: OperationDetails }) {
  const { started_at: startedAt, finished_at: finishedAt, queued_at: queuedAt, state } = operation;
  if (startedAt) {
    return (
      <span>
        {isOver(state) ? "Took " : "For "}
        <Duration from={startedAt} to={finishedAt} />
      </span>
    );
  }
  return (
    <span>
      Waiting for <Duration from={queuedAt} to={finishedAt} />
    </span>
  );
}

function WaitNotice({ operation }: { operation: OperationDetails }) {
  const now = useNow("second");
  if (!operation.waiting_for || isOver(operation.state)) return null;
  const next = operation.next_try_at ? new Date(operation.next_try_at) : null;
  return (
    <p className="mb-4 flex items-start gap-2.5 rounded-lg bg-info-soft px-3.5 py-2.5 text-sm">
      <Clock aria-hidden className="mt-0.5 size-4 shrink-0 text-info" />
      <span>
        {operation.waiting_for}
        {next !== null && next > now ? (
          <span className="block text-ink-soft">
            It goes on in <span className="tabular">{formatTimeLeft(next, now)}</span>.
          </span>
        ) : null}
      </span>
    </p>
  );
}
