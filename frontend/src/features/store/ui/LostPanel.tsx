import { Link } from "@tanstack/react-router";
import { Hammer, HardDriveDownload } from "lucide-react";
import { useState } from "react";

import type { StoreDetails } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { buttonClass } from "@/shared/ui/buttonClass";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";

import { useRebuildStore } from "../api/rebuildStore";

type LostPanelProps = {
  store: StoreDetails;
  /** Only its owner can do something about it. */
  isOwn: boolean;
};

/** The data is gone, and Souk makes nothing anew by itself: its owner decides. */
export function LostPanel({ store, isOwn }: LostPanelProps) {
  return (
    <section aria-labelledby="lost" className="grid gap-4 rounded-xl border border-bad/40 bg-surface p-5 shadow-card">
      <div className="flex gap-3.5">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-bad-soft text-bad">
          <HardDriveDownload aria-hidden className="size-5.5" />
        </span>
        <div className="min-w-0">
          <h2 id="lost" className="text-base font-semibold">
            This shop has lost its data
          </h2>
          <p className="mt-0.5 break-words text-ink-soft first-letter:uppercase">
            {store.health_reason ?? "What was in the shop is gone from the cluster."}
          </p>
        </div>
      </div>
      {isOwn ? <WaysOut store={store} /> : null}
    </section>
  );
}

function WaysOut({ store }: { store: StoreDetails }) {
  const [asking, setAsking] = useState(false);
  const rebuild = useRebuildStore(store);
  return (
    <>
      <p className="text-sm text-ink-soft">
        If the operator may have a backup, ask before you go on. Rebuilding makes an empty shop at the same address, with
        the catalogue that it was opened with and new credentials.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={Hammer} onClick={() => setAsking(true)}>
          Rebuild as an empty shop
        </Button>
        <Link to="/stores/$storeId/settings" params={{ storeId: store.id }} hash="danger" className={buttonClass("quiet")}>
          Delete it instead
        </Link>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Rebuild ${store.name}?`}
        text="Products, orders and customers that were in it do not come back by this."
        verb="Rebuild the shop"
        danger
        typed={store.name}
        busy={rebuild.isPending}
        error={rebuild.error}
        onConfirm={() => rebuild.mutate(undefined, { onSuccess: () => setAsking(false) })}
      />
    </>
  );
}
