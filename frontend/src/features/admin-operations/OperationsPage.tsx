import { Link } from "@tanstack/react-router";
import { Activity } from "lucide-react";

import { ENGINES } from "@/shared/api/engines";
import type { AdminOperation } from "@/shared/api/schema.gen";
import { type Change, changed, sortingOf } from "@/shared/lib/listSearch";
import { Badge } from "@/shared/ui/Badge";
import { Duration } from "@/shared/ui/Duration";
import { EmptyState } from "@/shared/ui/EmptyState";
import { engineName } from "@/shared/ui/engineWords";
import { FilterChip } from "@/shared/ui/FilterChip";
import { FilterMenu } from "@/shared/ui/FilterMenu";
import { ListFrame } from "@/shared/ui/ListFrame";
import { NoMatch } from "@/shared/ui/NoMatch";
import {
  OPERATION_KINDS,
  OPERATION_STATES,
  operationKind,
  operationLook,
  OperationState,
} from "@/shared/ui/OperationState";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Select } from "@/shared/ui/Select";
import { Table, Td, Th } from "@/shared/ui/Table";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";
import { Until } from "@/shared/ui/Until";
import { WhenCell } from "@/shared/ui/WhenCell";

import { useOperations } from "./api/listOperations";
import { isFiltered, type OperationsSearch, SORTS, type Span, SPANS, USUAL_SORT } from "./operationsSearch";
import { OperationTabs } from "./ui/OperationTabs";
import { StepProgress } from "./ui/StepProgress";

type PageProps = { search: OperationsSearch; onSearch: (search: OperationsSearch) => void };

const COLUMNS = 6;

export function OperationsPage({ search, onSearch }: PageProps) {
  const operations = useOperations(search);
  const go = (change: Change<OperationsSearch>) => onSearch(changed(search, change));
  const sorting = sortingOf(SORTS, search.sort, USUAL_SORT, (sort) => go({ sort }));
  const head = (
    <>
      <Th>Operation</Th>
      <Th>State</Th>
      <Th>Steps</Th>
      <Th>What is up</Th>
      <Th align="right">Waited, took</Th>
      <Th sort={sorting("queued_at")}>Asked for</Th>
    </>
  );
  return (
    <>
      <PageHeader title="Operations" text="Everything that Souk does to stores, with the step that each is at. It keeps itself up to date." />
      <OperationTabs />
      <Filters search={search} onChange={go} />
      <ListFrame
        what="the operations"
        query={operations}
        cursor={search.cursor}
        onCursor={(cursor) => go({ cursor: cursor ?? undefined })}
        skeleton={<TableSkeleton caption="Operations" head={head} columns={COLUMNS} />}
        empty={
          isFiltered(search) ? (
            <NoMatch what="operation" onClear={() => onSearch({})} />
          ) : (
            <EmptyState icon={Activity} title="Nothing was done yet" text="As soon as somebody opens a store, its making stands here." />
          )
        }
      >
        {(items) => (
          <Table caption="Operations" head={head}>
            {items.map((operation) => (
              <OperationRow key={operation.id} operation={operation} />
            ))}
          </Table>
        )}
      </ListFrame>
    </>
  );
}

function Filters({ search, onChange }: { search: OperationsSearch; onChange: (change: Change<OperationsSearch>) => void }) {
  const { account, store } = search;
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <FilterMenu label="State" choices={STATES} chosen={search.state} onChange={(state) => onChange({ state })} />
      <FilterMenu label="Kind" choices={KINDS} chosen={search.kind} onChange={(kind) => onChange({ kind })} />
      <FilterMenu label="Engine" choices={ENGINE_CHOICES} chosen={search.engine} onChange={(engine) => onChange({ engine })} />
      <Select
        aria-label="Asked for within"
        value={search.within ?? ""}
        onChange={({ target }) => onChange({ within: SPANS.find((span) => span === target.value) })}
      >
        <option value="">Any time</option>
        {SPANS.map((span) => (
          <option key={span} value={span}>
            {SPAN_WORDS[span]}
          </option>
        ))}
      </Select>
      {account ? <FilterChip label="Account" value={account} onRemove={() => onChange({ account: undefined })} /> : null}
      {store ? <FilterChip label="Store" value={store} onRemove={() => onChange({ store: undefined })} /> : null}
    </search>
  );
}

const SPAN_WORDS: Readonly<Record<Span, string>> = {
  "1h": "The last hour",
  "24h": "The last 24 hours",
  "7d": "The last 7 days",
  "30d": "The last 30 days",
};
const STATES = OPERATION_STATES.map((state) => {
  const { icon, tone, words } = operationLook(state);
  return { value: state, icon, tone, label: words };
});
const KINDS = OPERATION_KINDS.map((kind) => ({ value: kind, label: operationKind(kind) }));
const ENGINE_CHOICES = ENGINES.map((engine) => ({ value: engine, label: engineName(engine) }));

function OperationRow({ operation }: { operation: AdminOperation }) {
  const { id, kind, state, started_at: startedAt } = operation;
  return (
    <tr className="hover:bg-sunken/50">
      <Td className="max-w-56">
        <Link
          to="/admin/operations/$operationId"
          params={{ operationId: id }}
          className="block truncate font-medium underline-offset-4 hover:underline"
        >
          {operationKind(kind)} {operation.store_name}
        </Link>
        <span className="block truncate text-xs text-ink-faint">
          {engineName(operation.engine)}
          {operation.attempt > 1 ? ` · attempt ${operation.attempt}` : ""}
        </span>
      </Td>
      <Td>
        <span className="flex items-center gap-1.5">
          <OperationState state={state} />
          {operation.dead_letter ? <Badge tone="bad">Put aside</Badge> : null}
        </span>
      </Td>
      <Td>
        <StepProgress operation={operation} />
      </Td>
      <Td className="max-w-72 min-w-44">
        <WhatIsUp operation={operation} />
      </Td>
      <Td align="right" className="whitespace-nowrap">
        <span className="block text-xs text-ink-faint">
          {startedAt ? <Duration from={operation.queued_at} to={startedAt} /> : <Duration from={operation.queued_at} to={operation.finished_at} />}
        </span>
        {startedAt ? <Duration from={startedAt} to={operation.finished_at} /> : "–"}
      </Td>
      <WhenCell at={operation.queued_at} />
    </tr>
  );
}

function WhatIsUp({ operation }: { operation: AdminOperation }) {
  const { failure, waiting_for: waitingFor, next_try_at: nextTryAt, worker, step } = operation;
  if (failure) return <Lines text={failure} tone="text-bad" />;
  if (waitingFor) {
    return (
      <>
        <Lines text={waitingFor} tone="text-warn" />
        {nextTryAt ? (
          <span className="block text-xs text-ink-faint">
            Goes on <Until at={nextTryAt} />
          </span>
        ) : null}
      </>
    );
  }
  if (step?.reason && operation.state === "running") return <Lines text={step.reason} tone="text-warn" />;
  return worker ? (
    <span className="block truncate text-xs text-ink-faint" title={worker}>
      Worker <code className="font-mono">…{worker.slice(-6)}</code>
    </span>
  ) : (
    <span className="text-ink-faint">–</span>
  );
}

function Lines({ text, tone }: { text: string; tone: string }) {
  return (
    <span title={text} className={`line-clamp-2 ${tone}`}>
      {text}
    </span>
  );
}
