import { Link } from "@tanstack/react-router";
import { Store as StoreIcon } from "lucide-react";

import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { EmptyState } from "@/shared/ui/EmptyState";
import { engineName } from "@/shared/ui/engineWords";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { StoreState } from "@/shared/ui/StoreState";
import { Time } from "@/shared/ui/Time";

import { STORES_SHOWN, useStoresOf } from "../api/listStoresOf";

export function StoresOfCard({ accountId }: { accountId: string }) {
  return (
    <Card
      title="Stores"
      text={`The newest ${STORES_SHOWN}, without those that are deleted.`}
      actions={
        <>
          <Link to="/admin/operations" search={{ account: accountId }} className={buttonClass("secondary", "small")}>
            Operations
          </Link>
          <Link to="/admin/stores" search={{ account: accountId }} className={buttonClass("secondary", "small")}>
            All stores
          </Link>
        </>
      }
      flush
    >
      <Stores accountId={accountId} />
    </Card>
  );
}

function Stores({ accountId }: { accountId: string }) {
  const stores = useStoresOf(accountId);
  if (stores.data === undefined) {
    return (
      <div className="px-5 pb-5">
        {stores.error ? (
          <ErrorNotice error={stores.error} onRetry={() => void stores.refetch()} />
        ) : (
          <>
            <Loading what="the stores" />
            <Skeleton className="h-40" />
          </>
        )}
      </div>
    );
  }
  if (stores.data.items.length === 0) {
    return <EmptyState icon={StoreIcon} title="No store" text="This account has none at the moment." />;
  }
  return (
    <ul className="divide-y divide-line border-t border-line">
      {stores.data.items.map((store) => (
        <li key={store.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3 text-sm">
          <Link
            to="/stores/$storeId"
            params={{ storeId: store.id }}
            className="min-w-0 flex-1 basis-48 underline-offset-4 hover:underline"
          >
            <span className="block truncate font-medium">{store.title}</span>
            <span className="block truncate text-xs text-ink-faint">{store.name}</span>
          </Link>
          <StoreState store={store} />
          <span className="w-28 text-ink-soft">{engineName(store.engine)}</span>
          <span className="w-28 text-right text-ink-soft">
            <Time at={store.created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
