import { Link } from "@tanstack/react-router";
import { Coffee, Hourglass } from "lucide-react";

import type { AdminOperation, PermitHolder, Permits, PermitWaiting } from "@/shared/api/schema.gen";
import { Card } from "@/shared/ui/Card";
import { Duration } from "@/shared/ui/Duration";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Meter } from "@/shared/ui/Meter";
import { operationKind } from "@/shared/ui/OperationState";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Table, Td, Th } from "@/shared/ui/Table";
import { Until } from "@/shared/ui/Until";

import { useAtWork } from "./api/getAtWork";
import { usePermits } from "./api/getPermits";
import { permitReason } from "./permitWords";
import { OperationTabs } from "./ui/OperationTabs";
import { StepProgress } from "./ui/StepProgress";

type Known = ReadonlyMap<string, AdminOperation>;
const NONE: Known = new Map();

export function QueuePage() {
  const permits = usePermits();
  const known = useAtWork().data ?? NONE;
  return (
    <>
      <PageHeader
        title="Queue and permits"
        heading={<>Operations<span className="sr-only">: queue and permits</span></>}
        text="Who works at this moment, and who goes next. It keeps itself up to date."
      />
      <OperationTabs />
      {permits.data === undefined ? (
        permits.error ? (
          <ErrorNotice error={permits.error} onRetry={() => void permits.refetch()} />
        ) : (
          <div className="grid gap-6">
            <Loading what="the queue" />
            <Skeleton className="h-28" />
            <Skeleton className="h-64" />
          </div>
        )
      ) : (
        <Queue permits={permits.data} known={known} />
      )}
    </>
  );
}

function Queue({ permits, known }: { permits: Permits; known: Known }) {
  const { holders, limits, waiting, waiting_total: total } = permits;
  return (
    <div className="grid grid-cols-1 gap-8">
      <div className="grid gap-4 sm:grid-cols-2">
        <Card>
          <p className="text-sm text-ink-soft">Permits taken</p>
          <p className="mb-2 text-2xl font-semibold tabular">
            {holders.length} <span className="text-base font-normal text-ink-soft">of {limits.total}</span>
          </p>
          <Meter label="Permits taken" value={holders.length} max={limits.total} tone={holders.length >= limits.total ? "warn" : "accent"} />
          <p className="mt-2 text-sm text-ink-faint">Over all servers of Souk. One account holds at most {limits.per_account} of them.</p>
        </Card>
        <Card>
          <p className="text-sm text-ink-soft">Waiting</p>
          <p className="mb-2 text-2xl font-semibold tabular">{total}</p>
          <p className="text-sm text-ink-faint">
            {total === 0 ? "Whatever is asked for now begins at once." : total > waiting.length ? `The first ${waiting.length} stand below.` : "In the order in which they go."}
          </p>
        </Card>
      </div>
      <Holders holders={holders} known={known} />
      <Waiting waiting={waiting} known={known} />
    </div>
  );
}

function Holders({ holders, known }: { holders: readonly PermitHolder[]; known: Known }) {
  return (
    <section aria-labelledby="holders">
      <h2 id="holders" className="mb-3 text-base font-semibold">
        At work
      </h2>
      {holders.length === 0 ? (
        <div className="rounded-2xl border border-dashed border-line-strong">
          <EmptyState icon={Coffee} title="Nobody works" text="Every permit is free." />
        </div>
      ) : (
        <Table
          caption="Who holds a permit"
          head={
            <>
              <Th>Operation</Th>
              <Th>Steps</Th>
              <Th>Worker</Th>
              <Th align="right">Works since</Th>
              <Th>Free again, if its worker is silent</Th>
            </>
          }
        >
          {holders.map((holder) => (
            <tr key={holder.operation_id} className="hover:bg-sunken/50">
              <Td className="max-w-64">
                <OperationLink of={holder} known={known} />
              </Td>
              <Td>
                <KnownProgress operation={known.get(holder.operation_id)} />
              </Td>
              <Td className="max-w-40 truncate">
                <code className="font-mono text-xs text-ink-soft" title={holder.worker ?? undefined}>
                  {holder.worker ? `…${holder.worker.slice(-6)}` : "–"}
                </code>
              </Td>
              <Td align="right">{holder.since ? <Duration from={holder.since} /> : "–"}</Td>
              <Td className="whitespace-nowrap text-ink-soft">
                {holder.lease_expires_at ? <Until at={holder.lease_expires_at} /> : "–"}
              </Td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Waiting({ waiting, known }: { waiting: readonly PermitWaiting[]; known: Known }) {
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting" className="mb-3 text-base font-semibold">
        Waiting
      </h2>
      {waiting.length === 0 ? (
        <div className="rounded-2xl border border-dashed border-line-strong">
          <EmptyState icon={Hourglass} title="Nobody waits" text="The queue is empty." />
        </div>
      ) : (
        <Table
          caption="Who waits for a permit"
          head={
            <>
              <Th align="right">Place</Th>
              <Th>Operation</Th>
              <Th>Why it waits</Th>
              <Th align="right">Ready since</Th>
            </>
          }
        >
          {waiting.map((each) => (
            <tr key={each.operation_id} className="hover:bg-sunken/50">
              <Td align="right" className="w-16 tabular">
                {each.place}
              </Td>
              <Td className="max-w-64">
                <OperationLink of={each} known={known} />
              </Td>
              <Td className="min-w-44">
                {permitReason(each.reason)}
                {each.waiting_for ? <span className="block text-xs text-ink-faint">{each.waiting_for}</span> : null}
              </Td>
              <Td align="right" className="whitespace-nowrap text-ink-soft">
                {each.reason === "paused" ? <Until at={each.since} /> : <Duration from={each.since} />}
              </Td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function OperationLink({ of, known }: { of: PermitHolder | PermitWaiting; known: Known }) {
  const operation = known.get(of.operation_id);
  return (
    <Link
      to="/admin/operations/$operationId"
      params={{ operationId: of.operation_id }}
      className="block truncate font-medium underline-offset-4 hover:underline"
    >
      {operationKind(of.kind)} {operation?.store_name ?? of.store_id}
    </Link>
  );
}

function KnownProgress({ operation }: { operation: AdminOperation | undefined }) {
  return operation ? <StepProgress operation={operation} /> : <span className="block h-6 w-36" />;
}
