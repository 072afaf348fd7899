import { SearchX, Store as StoreIcon } from "lucide-react";

import { useQuota } from "@/shared/api/quota";
import type { Store } from "@/shared/api/schema.gen";
import { type Change, changed } from "@/shared/lib/listSearch";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Pager } from "@/shared/ui/Pager";
import { Loading } from "@/shared/ui/Skeleton";

import { useStores } from "./api/listStores";
import { isFiltered, type StoresSearch } from "./storesSearch";
import { CreateLink, CreateWithQuota } from "./ui/CreateWithQuota";
import { Filters } from "./ui/Filters";
import { StoreCards, StoreCardsSkeleton } from "./ui/StoreCards";
import { StoresTable, StoresTableSkeleton } from "./ui/StoresTable";

type StoresPageProps = { search: StoresSearch; onSearch: (search: StoresSearch) => void };

export function StoresPage({ search, onSearch }: StoresPageProps) {
  const stores = useStores(search);
  const quota = useQuota();
  const go = (change: Change<StoresSearch>) => onSearch(changed(search, change));
  const items = stores.data?.items;
  const next = stores.data?.next_cursor ?? null;
  const header = <PageHeader title="My stores" actions={<CreateWithQuota quota={quota.data} />} />;
  if (items?.length === 0 && !isFiltered(search) && search.cursor === undefined) {
    return (
      <>
        {header}
        <FirstStore />
      </>
    );
  }
  return (
    <>
      {header}
      <Filters search={search} byState={quota.data?.stores.by_state} onChange={go} />
      {stores.error && items === undefined ? (
        <ErrorNotice error={stores.error} onRetry={() => void stores.refetch()} />
      ) : (
        <div aria-busy={stores.isPlaceholderData} className={stores.isPlaceholderData ? "opacity-60 transition-opacity" : ""}>
          <Stores items={items} search={search} onChange={go} />
          <Pager
            onFirst={search.cursor === undefined ? null : () => go({ cursor: undefined })}
            onNext={next === null ? null : () => go({ cursor: next })}
            busy={stores.isPlaceholderData}
          />
        </div>
      )}
    </>
  );
}

type StoresProps = {
  items: readonly Store[] | undefined;
  search: StoresSearch;
  onChange: (change: Change<StoresSearch>) => void;
};

function Stores({ items, search, onChange }: StoresProps) {
  const isTable = search.view === "table";
  if (items === undefined) {
    return (
      <>
        <Loading what="your stores" />
        {isTable ? <StoresTableSkeleton /> : <StoreCardsSkeleton />}
      </>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState
        icon={SearchX}
        title="No store is like that"
        text="None of your stores fits the search and the filters."
        action={
          <Button onClick={() => onChange({ q: undefined, state: undefined, engine: undefined, health: undefined })}>
            Clear search and filters
          </Button>
        }
      />
    );
  }
  return isTable ? (
    <StoresTable stores={items} search={search} onSort={(sort) => onChange({ sort })} />
  ) : (
    <StoreCards stores={items} />
  );
}

function FirstStore() {
  return (
    <div className="rounded-2xl border border-dashed border-line-strong">
      <EmptyState
        icon={StoreIcon}
        title="Open your first shop"
        text="A name, a look, a currency: in a minute there is a shop of your own that sells, with its own admin."
        action={<CreateLink />}
      />
    </div>
  );
}
