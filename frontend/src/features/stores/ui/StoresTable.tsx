import { Link } from "@tanstack/react-router";

import type { Store } from "@/shared/api/schema.gen";
import { engineName } from "@/shared/ui/engineWords";
import { planName } from "@/shared/ui/planWords";
import { ShopLink } from "@/shared/ui/ShopLink";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StoreState } from "@/shared/ui/StoreState";
import { Table, Td, Th } from "@/shared/ui/Table";
import { Time } from "@/shared/ui/Time";

import { DEFAULT_SORT, readSort, type StoresSearch } from "../storesSearch";

type StoresTableProps = {
  stores: readonly Store[];
  search: StoresSearch;
  onSort: (sort: StoresSearch["sort"] | undefined) => void;
};

const SKELETONS = 8;

export function StoresTable({ stores, search, onSort }: StoresTableProps) {
  const sortBy = (key: string) => ({
    key,
    now: search.sort ?? DEFAULT_SORT,
    onSort: (word: string) => onSort(word === DEFAULT_SORT ? undefined : readSort(word)),
  });
  return (
    <Table
      caption="My stores"
      head={
        <>
          <Th sort={sortBy("name")}>Store</Th>
          <Th>State</Th>
          <Th>Address</Th>
          <Th>Engine</Th>
          <Th>Plan</Th>
          <Th sort={sortBy("updated_at")}>Changed</Th>
          <Th sort={sortBy("created_at")}>Created</Th>
        </>
      }
    >
      {stores.map((store) => (
        <tr key={store.id} className="hover:bg-sunken/50">
          <Td className="max-w-56">
            <Link
              to="/stores/$storeId"
              params={{ storeId: store.id }}
              className="block truncate font-medium underline-offset-4 hover:underline"
            >
              {store.title}
            </Link>
            <span className="block truncate text-xs text-ink-faint">{store.name}</span>
          </Td>
          <Td>
            <StoreState store={store} />
          </Td>
          <Td className="max-w-72">
            <ShopLink url={store.url} isOpen={store.state === "ready" && !store.data_lost} />
          </Td>
          <Td>{engineName(store.engine)}</Td>
          <Td>{store.plan ? planName(store.plan) : "–"}</Td>
          <Td className="whitespace-nowrap text-ink-soft">
            <Time at={store.updated_at} />
          </Td>
          <Td className="whitespace-nowrap text-ink-soft">
            <Time at={store.created_at} />
          </Td>
        </tr>
      ))}
    </Table>
  );
}

export function StoresTableSkeleton() {
  return (
    <Table caption="My stores" head={<Th>Store</Th>}>
      {Array.from({ length: SKELETONS }, (_, index) => (
        <tr key={index}>
          <Td>
            <Skeleton className="h-5 w-full" />
          </Td>
        </tr>
      ))}
    </Table>
  );
}
