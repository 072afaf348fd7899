import { Link } from "@tanstack/react-router";
import { CircleCheck, Radar } from "lucide-react";
import { useState } from "react";

import type { Finding, Orphans } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { CopyButton } from "@/shared/ui/CopyButton";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FilterMenu } from "@/shared/ui/FilterMenu";
import { NoMatch } from "@/shared/ui/NoMatch";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Loading } from "@/shared/ui/Skeleton";
import { LookBadge } from "@/shared/ui/StoreState";
import { Table, Td, Th } from "@/shared/ui/Table";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";
import { Time } from "@/shared/ui/Time";
import { WhenCell } from "@/shared/ui/WhenCell";

import { useOrphans } from "./api/getOrphans";
import { findingLook, FINDINGS } from "./findingLook";
import { fitting, type OrphansSearch } from "./orphansSearch";

type PageProps = { search: OrphansSearch; onSearch: (search: OrphansSearch) => void };

/** There may be a thousand; nobody reads so many at once. */
const SHOWN_AT_ONCE = 100;
const COLUMNS = 5;
const CAPTION = "What the last look at the cluster found";

const HEAD = (
  <>
    <Th>Finding</Th>
    <Th>Namespace</Th>
    <Th>Why</Th>
    <Th>What happens</Th>
    <Th>Since</Th>
  </>
);

const CHOICES = FINDINGS.map((finding) => {
  const { icon, tone, words } = findingLook(finding);
  return { value: finding, icon, tone, label: words };
});

export function OrphansPage({ search, onSearch }: PageProps) {
  const orphans = useOrphans();
  return (
    <>
      <PageHeader
        title="Orphans"
        text="What does not fit together between the cluster and what Souk knows: namespaces that belong to nothing, stores that are not whole."
      />
      {orphans.data === undefined ? (
        orphans.error ? (
          <ErrorNotice error={orphans.error} onRetry={() => void orphans.refetch()} />
        ) : (
          <>
            <Loading what="the findings" />
            <TableSkeleton caption={CAPTION} head={HEAD} columns={COLUMNS} />
          </>
        )
      ) : (
        <Found orphans={orphans.data} search={search} onSearch={onSearch} />
      )}
    </>
  );
}

function Found({ orphans, search, onSearch }: PageProps & { orphans: Orphans }) {
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const items = fitting(orphans.items, search);
  const healthy = orphans.counts.healthy ?? 0;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <FilterMenu
          label="Finding"
          choices={CHOICES}
          chosen={search.finding}
          onChange={(finding) => onSearch(finding === undefined ? {} : { finding })}
        />
        <p className="text-sm text-ink-soft" role="status">
          {orphans.found_at ? (
            <>
              Looked <Time at={orphans.found_at} />: {healthy} {healthy === 1 ? "store is" : "stores are"} whole,{" "}
              {orphans.items.length === 1 ? "one finding" : `${orphans.items.length} findings`}.
            </>
          ) : (
            "No look at the cluster has ended yet."
          )}
        </p>
      </div>
      {items.length === 0 ? (
        <div className="rounded-2xl border border-dashed border-line-strong">
          <Nothing orphans={orphans} onClear={() => onSearch({})} />
        </div>
      ) : (
        <Table caption={CAPTION} head={HEAD}>
          {items.slice(0, limit).map((item) => (
            <FindingRow key={`${item.namespace} ${item.finding}`} item={item} />
          ))}
        </Table>
      )}
      {items.length > limit ? (
        <div className="mt-4 flex justify-center">
          <Button onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>Show more of the {items.length}</Button>
        </div>
      ) : null}
    </>
  );
}

function Nothing({ orphans, onClear }: { orphans: Orphans; onClear: () => void }) {
  if (orphans.items.length > 0) return <NoMatch what="finding" onClear={onClear} />;
  return orphans.found_at ? (
    <EmptyState icon={CircleCheck} title="Everything fits together" text="Every namespace belongs to a store, and every store that is ready is whole." />
  ) : (
    <EmptyState icon={Radar} title="No look yet" text="Souk looks once a minute, and after each change in the cluster." />
  );
}

function FindingRow({ item }: { item: Finding }) {
  return (
    <tr className="hover:bg-sunken/50">
      <Td>
        <LookBadge look={findingLook(item.finding)} />
      </Td>
      <Td className="max-w-72">
        <span className="flex items-center gap-1">
          <code className="truncate font-mono text-xs">{item.namespace}</code>
          <CopyButton text={item.namespace} label={`Copy ${item.namespace}`} className="-my-1 size-7!" />
        </span>
        {item.store_id && item.account_id ? (
          <Link
            to="/stores/$storeId"
            params={{ storeId: item.store_id }}
            className="text-xs text-ink-soft underline underline-offset-4 hover:text-ink"
          >
            To the store
          </Link>
        ) : null}
      </Td>
      <Td className="min-w-52">{item.reason}</Td>
      <Td className="min-w-52 text-ink-soft">{item.what_happens}</Td>
      <WhenCell at={item.since} />
    </tr>
  );
}
