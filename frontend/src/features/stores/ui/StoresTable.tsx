import type { Store } from "@/shared/api/schema.gen";
import { STORE_SORTS, USUAL_STORE_SORT } from "@/shared/api/storeSorts";
import { sortingOf } from "@/shared/lib/listSearch";
import { engineName } from "@/shared/ui/engineWords";
import { planName } from "@/shared/ui/planWords";
import { ShopLink } from "@/shared/ui/ShopLink";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StoreName } from "@/shared/ui/StoreName";
import { StoreState } from "@/shared/ui/StoreState";
import { Table, Td, Th } from "@/shared/ui/Table";
import { WhenCell } from "@/shared/ui/WhenCell";

import type { StoresSearch } from "../storesSearch";

type StoresTableProps = {
  stores: readonly Store[];
  search: StoresSearch;
  onSort: (sort: StoresSearch["sort"] | undefined) => void;
};

const SKELETONS = 8;

export function StoresTable({ stores, search, onSort }: StoresTableProps) {
  const sortBy = sortingOf(STORE_SORTS, search.sort, USUAL_STORE_SORT, onSort);
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
            <StoreName store={store} />
          </Td>
          <Td>
            <StoreState store={store} />
          </Td>
          <Td className="max-w-72">
            <ShopLink url={store.url} isOpen={store.state === "ready" && !store.data_lost} />
          </Td>
          <Td>{engineName(store.engine)}</Td>
          <Td>{store.plan ? planName(store.plan) : "–"}</Td>
          <WhenCell at={store.updated_at} />
          <WhenCell at={store.created_at} />
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
