import { Link } from "@tanstack/react-router";
import { Store as StoreIcon } from "lucide-react";

import { ENGINES } from "@/shared/api/engines";
import type { AdminStore } from "@/shared/api/schema.gen";
import { STORE_SORTS, USUAL_STORE_SORT } from "@/shared/api/storeSorts";
import { type Change, changed, sortingOf } from "@/shared/lib/listSearch";
import { EmptyState } from "@/shared/ui/EmptyState";
import { engineName } from "@/shared/ui/engineWords";
import { FilterChip } from "@/shared/ui/FilterChip";
import { FilterMenu } from "@/shared/ui/FilterMenu";
import { ListFrame } from "@/shared/ui/ListFrame";
import { NoMatch } from "@/shared/ui/NoMatch";
import { PageHeader } from "@/shared/ui/PageHeader";
import { planName } from "@/shared/ui/planWords";
import { SearchInput } from "@/shared/ui/SearchInput";
import { StoreName } from "@/shared/ui/StoreName";
import { healthLook, HEALTHS, type Look, stateLook, STORE_STATES, StoreState } from "@/shared/ui/StoreState";
import { Table, Td, Th } from "@/shared/ui/Table";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";
import { WhenCell } from "@/shared/ui/WhenCell";

import { type AdminStoresSearch, isFiltered } from "./adminStoresSearch";
import { useAdminStores } from "./api/listAdminStores";

type PageProps = { search: AdminStoresSearch; onSearch: (search: AdminStoresSearch) => void };

const COLUMNS = 7;

export function AdminStoresPage({ search, onSearch }: PageProps) {
  const stores = useAdminStores(search);
  const go = (change: Change<AdminStoresSearch>) => onSearch(changed(search, change));
  const sorting = sortingOf(STORE_SORTS, search.sort, USUAL_STORE_SORT, (sort) => go({ sort }));
  const head = (
    <>
      <Th sort={sorting("name")}>Store</Th>
      <Th>State</Th>
      <Th>Owner</Th>
      <Th>Engine</Th>
      <Th>Plan</Th>
      <Th sort={sorting("updated_at")}>Changed</Th>
      <Th sort={sorting("created_at")}>Created</Th>
    </>
  );
  return (
    <>
      <PageHeader title="All stores" text="The stores of every account. Looking is all an operator does here: a store is its owner’s." />
      <Filters search={search} onChange={go} />
      <ListFrame
        what="the stores"
        query={stores}
        cursor={search.cursor}
        onCursor={(cursor) => go({ cursor: cursor ?? undefined })}
        skeleton={<TableSkeleton caption="Stores" head={head} columns={COLUMNS} />}
        empty={
          isFiltered(search) ? (
            <NoMatch what="store" onClear={() => onSearch({})} />
          ) : (
            <EmptyState icon={StoreIcon} title="No store yet" text="As soon as somebody opens one, it stands here." />
          )
        }
      >
        {(items) => (
          <Table caption="Stores" head={head}>
            {items.map((store) => (
              <StoreRow key={store.id} store={store} />
            ))}
          </Table>
        )}
      </ListFrame>
    </>
  );
}

function Filters({ search, onChange }: { search: AdminStoresSearch; onChange: (change: Change<AdminStoresSearch>) => void }) {
  const { account } = search;
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <SearchInput
        label="Name or title"
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
        className="w-full sm:w-52"
      />
      <SearchInput
        label="Owner’s e-mail"
        value={search.owner ?? ""}
        onChange={(owner) => onChange({ owner: owner || undefined })}
        className="w-full sm:w-56"
      />
      <FilterMenu label="State" choices={STATES} chosen={search.state} onChange={(state) => onChange({ state })} />
      <FilterMenu label="Health" choices={HEALTH_CHOICES} chosen={search.health} onChange={(health) => onChange({ health })} />
      <FilterMenu label="Engine" choices={ENGINE_CHOICES} chosen={search.engine} onChange={(engine) => onChange({ engine })} />
      {account ? <FilterChip label="Account" value={account} onRemove={() => onChange({ account: undefined })} /> : null}
    </search>
  );
}

function choice<W extends string>(value: W, { icon, tone, words }: Look) {
  return { value, icon, tone, label: words };
}

const STATES = STORE_STATES.map((state) => choice(state, stateLook(state)));
const HEALTH_CHOICES = HEALTHS.map((health) => choice(health, healthLook(health)));
const ENGINE_CHOICES = ENGINES.map((engine) => ({ value: engine, label: engineName(engine) }));

function StoreRow({ store }: { store: AdminStore }) {
  return (
    <tr className="hover:bg-sunken/50">
      <Td className="max-w-60">
        <StoreName store={store} />
      </Td>
      <Td>
        <StoreState store={store} />
      </Td>
      <Td className="max-w-56">
        {store.owner_email ? (
          <Link
            to="/admin/users"
            search={{ email: store.owner_email }}
            className="block truncate text-ink-soft underline-offset-4 hover:text-ink hover:underline"
          >
            {store.owner_email}
          </Link>
        ) : (
          "–"
        )}
      </Td>
      <Td>{engineName(store.engine)}</Td>
      <Td>{store.plan ? planName(store.plan) : "–"}</Td>
      <WhenCell at={store.updated_at} />
      <WhenCell at={store.created_at} />
    </tr>
  );
}
