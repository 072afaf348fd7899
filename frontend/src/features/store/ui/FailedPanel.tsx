import { Link } from "@tanstack/react-router";
import { CircleX, RotateCw } from "lucide-react";

import type { StoreDetails } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { buttonClass } from "@/shared/ui/buttonClass";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { stepWords } from "@/shared/ui/operation/stepWords";
import { Reference } from "@/shared/ui/Reference";

import { useRetryStore } from "../api/retryStore";

type FailedPanelProps = {
  store: StoreDetails;
  /** Only its owner can do something about it. */
  isOwn: boolean;
};

/** Which step, why in plain words, what to do. The words of the step itself are folded. */
export function FailedPanel({ store, isOwn }: FailedPanelProps) {
  const retry = useRetryStore(store.id);
  const failure = store.failure ?? store.operation?.failure ?? null;
  const step = failure?.step ?? null;
  return (
    <section aria-labelledby="failed" className="grid gap-4 rounded-xl border border-bad/40 bg-surface p-5 shadow-card">
      <div className="flex gap-3.5">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-bad-soft text-bad">
          <CircleX aria-hidden className="size-5.5" />
        </span>
        <div className="min-w-0">
          <h2 id="failed" className="text-base font-semibold">
            {step ? `It failed at “${stepWords(step).title}”` : "It failed before it began"}
          </h2>
          <p className="mt-0.5 break-words text-ink-soft first-letter:uppercase">{failure?.reason ?? "Nobody knows why."}</p>
        </div>
      </div>
      {failure?.advice ? (
        <p className="rounded-lg bg-sunken px-4 py-3 text-sm">
          <span className="font-medium">What to do: </span>
          {failure.advice}
        </p>
      ) : null}
      <p className="text-sm text-ink-soft">
        What had been made was removed, and the address is kept. Trying again begins anew, with new secrets.
      </p>
      {retry.error ? <ErrorNotice error={retry.error} /> : null}
      {isOwn ? (
        <div className="flex flex-wrap items-center gap-2">
          <Button look="primary" icon={RotateCw} busy={retry.isPending} onClick={() => retry.mutate()}>
            Try again
          </Button>
          <Link to="/stores/$storeId/settings" params={{ storeId: store.id }} hash="danger" className={buttonClass("quiet")}>
            Delete it instead
          </Link>
        </div>
      ) : null}
      {store.operation ? <Reference id={store.operation.correlation_id} /> : null}
    </section>
  );
}
