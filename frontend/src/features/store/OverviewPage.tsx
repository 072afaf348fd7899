import { CircleSlash } from "lucide-react";
import { useState } from "react";

import type { StoreDetails } from "@/shared/api/schema.gen";
import { EmptyState } from "@/shared/ui/EmptyState";
import { isOver } from "@/shared/ui/OperationState";

import { useStore } from "./api/getStore";
import { useIsOwn } from "./api/useIsOwn";
import { isFreshlyOpened } from "./model/joy";
import { FactsCard } from "./ui/FactsCard";
import { FailedPanel } from "./ui/FailedPanel";
import { HealthPanel } from "./ui/HealthPanel";
import { JoyPanel } from "./ui/JoyPanel";
import { LostPanel } from "./ui/LostPanel";
import { OperationPanel } from "./ui/OperationPanel";

export function OverviewPage({ id }: { id: string }) {
  const store = useStore(id);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="grid min-w-0 gap-6">
        <Standing store={store} />
      </div>
      <FactsCard store={store} />
    </div>
  );
}

/** What matters about the store this moment. */
function Standing({ store }: { store: StoreDetails }) {
  const operation = store.operation ?? null;
  const isOwn = useIsOwn(store);
  const isFresh = useWatchedOpening(store) && isOwn;
  const atWork = operation !== null && !isOver(operation.state) ? operation : null;
  if (store.state === "deleted") {
    return (
      <EmptyState
        icon={CircleSlash}
        title="This store is deleted"
        text="Nothing of it is left in the cluster. What happened to it stands under Activity."
      />
    );
  }
  if (store.state === "failed") {
    return (
      <>
        <FailedPanel store={store} isOwn={isOwn} />
        {operation ? <OperationPanel operationId={operation.id} isFolded /> : null}
      </>
    );
  }
  if (store.state !== "ready") return operation ? <OperationPanel operationId={operation.id} /> : null;
  return (
    <>
      {store.data_lost ? <LostPanel store={store} isOwn={isOwn} /> : isFresh ? <JoyPanel store={store} /> : null}
      {atWork ? <OperationPanel operationId={atWork.id} /> : null}
      {store.data_lost ? null : <HealthPanel store={store} withoutLinks={isFresh} />}
      {operation && atWork === null ? <OperationPanel operationId={operation.id} isFolded /> : null}
    </>
  );
}

/** Whoever saw the store being made, or comes right after it, is greeted. */
function useWatchedOpening(store: StoreDetails): boolean {
  const [sawItMade, setSawItMade] = useState(false);
  if (!sawItMade && (store.state === "requested" || store.state === "provisioning")) setSawItMade(true);
  return store.state === "ready" && (sawItMade || isFreshlyOpened(store, new Date()));
}
