import { Link } from "@tanstack/react-router";
import { MailCheck, RotateCcw } from "lucide-react";
import { useState } from "react";

import type { AdminOperation } from "@/shared/api/schema.gen";
import { type Change, changed, sortingOf } from "@/shared/lib/listSearch";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { engineName } from "@/shared/ui/engineWords";
import { ListFrame } from "@/shared/ui/ListFrame";
import { stepWords } from "@/shared/ui/operation/stepWords";
import { operationKind, OperationState } from "@/shared/ui/OperationState";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Table, Td, Th } from "@/shared/ui/Table";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";
import { WhenCell } from "@/shared/ui/WhenCell";

import { useDeadLetters } from "./api/listDeadLetters";
import { type DeadLettersSearch, SORTS, USUAL_SORT } from "./deadLettersSearch";
import { RequeueDialog } from "./RequeueDialog";

type PageProps = { search: DeadLettersSearch; onSearch: (search: DeadLettersSearch) => void };

const COLUMNS = 6;
const CAPTION = "Dead letters";

export function DeadLettersPage({ search, onSearch }: PageProps) {
  const letters = useDeadLetters(search);
  const [asked, setAsked] = useState<AdminOperation | null>(null);
  const go = (change: Change<DeadLettersSearch>) => onSearch(changed(search, change));
  const sorting = sortingOf(SORTS, search.sort, USUAL_SORT, (sort) => go({ sort }));
  const head = (
    <>
      <Th>Operation</Th>
      <Th>State</Th>
      <Th>Where it stood</Th>
      <Th align="right">Taken up</Th>
      <Th sort={sorting("queued_at")}>Asked for</Th>
      <Th align="right">
        <span className="sr-only">Act</span>
      </Th>
    </>
  );
  return (
    <>
      <PageHeader
        title="Dead letters"
        text="Operations that no worker survived. Souk has put them aside, so that they kill no more; find out why before you queue one again."
      />
      <ListFrame
        what="the dead letters"
        query={letters}
        cursor={search.cursor}
        onCursor={(cursor) => go({ cursor: cursor ?? undefined })}
        skeleton={<TableSkeleton caption={CAPTION} head={head} columns={COLUMNS} />}
        empty={<EmptyState icon={MailCheck} title="None was put aside" text="Every operation has found a worker that survived it." />}
      >
        {(items) => (
          <Table caption={CAPTION} head={head}>
            {items.map((operation) => (
              <LetterRow key={operation.id} operation={operation} onRequeue={() => setAsked(operation)} />
            ))}
          </Table>
        )}
      </ListFrame>
      {asked ? <RequeueDialog operation={asked} onClose={() => setAsked(null)} /> : null}
    </>
  );
}

function LetterRow({ operation, onRequeue }: { operation: AdminOperation; onRequeue: () => void }) {
  return (
    <tr className="hover:bg-sunken/50">
      <Td className="max-w-60">
        <Link
          to="/admin/operations/$operationId"
          params={{ operationId: operation.id }}
          className="block truncate font-medium underline-offset-4 hover:underline"
        >
          {operationKind(operation.kind)} {operation.store_name}
        </Link>
        <span className="block text-xs text-ink-faint">{engineName(operation.engine)}</span>
      </Td>
      <Td>
        <OperationState state={operation.state} />
      </Td>
      <Td className="min-w-52">
        {operation.step ? stepWords(operation.step.name).title : "–"}
        {operation.failure ? <span className="line-clamp-2 text-xs text-ink-faint">{operation.failure}</span> : null}
      </Td>
      <Td align="right" className="tabular whitespace-nowrap">
        {operation.claims} times
      </Td>
      <WhenCell at={operation.queued_at} />
      <Td align="right" className="whitespace-nowrap">
        {operation.newest ? (
          <Button size="small" icon={RotateCcw} onClick={onRequeue}>
            Queue again
          </Button>
        ) : (
          <span className="text-xs text-ink-faint" title="Something else was asked of its store since">
            Its store has gone on
          </span>
        )}
      </Td>
    </tr>
  );
}
