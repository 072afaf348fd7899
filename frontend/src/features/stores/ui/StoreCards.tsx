import { Link } from "@tanstack/react-router";

import type { Store } from "@/shared/api/schema.gen";
import { engineName } from "@/shared/ui/engineWords";
import { lookOf, LookPicture } from "@/shared/ui/LookPicture";
import { ShopLink } from "@/shared/ui/ShopLink";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StoreState } from "@/shared/ui/StoreState";
import { Time } from "@/shared/ui/Time";

const GRID = "grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3";
const SKELETONS = 6;

export function StoreCards({ stores }: { stores: readonly Store[] }) {
  return (
    <ul className={GRID}>
      {stores.map((store) => (
        <li key={store.id}>
          <StoreCard store={store} />
        </li>
      ))}
    </ul>
  );
}

function StoreCard({ store }: { store: Store }) {
  const isOpen = store.state === "ready" && !store.data_lost;
  const reason = store.failure?.reason ?? store.health_reason;
  return (
    <article className="group relative flex h-full flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-card transition-[border-color,box-shadow] hover:border-line-strong hover:shadow-raised">
      <div className={`h-28 overflow-hidden border-b border-line ${isOpen ? "" : "opacity-45 grayscale"}`}>
        <LookPicture look={lookOf(store)} />
      </div>
      <div className="absolute top-3 right-3">
        <StoreState store={store} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-1 p-4">
        <h2 className="truncate text-base font-semibold">
          <Link
            to="/stores/$storeId"
            params={{ storeId: store.id }}
            className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {store.title}
          </Link>
        </h2>
        <div className="relative z-10 w-fit max-w-full text-sm">
          <ShopLink url={store.url} isOpen={isOpen} />
        </div>
        <p className="mt-auto flex h-6 items-center gap-1.5 pt-2 text-sm text-ink-faint">
          {reason ? (
            <span className="truncate text-ink-soft">{reason}</span>
          ) : (
            <>
              {engineName(store.engine)}
              <span aria-hidden>·</span>
              <span className="relative z-10">
                <Time at={store.created_at} />
              </span>
            </>
          )}
        </p>
      </div>
    </article>
  );
}

export function StoreCardsSkeleton() {
  return (
    <div className={GRID}>
      {Array.from({ length: SKELETONS }, (_, index) => (
        <div key={index} className="overflow-hidden rounded-xl border border-line bg-surface">
          <Skeleton className="h-28 rounded-none" />
          <div className="grid gap-1 p-4">
            <Skeleton className="h-6 w-40" />
            <Skeleton className="h-6 w-56 max-w-full" />
            <Skeleton className="mt-1 h-5 w-32" />
          </div>
        </div>
      ))}
    </div>
  );
}
