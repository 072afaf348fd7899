import { Link } from "@tanstack/react-router";

import type { Metric } from "@/shared/api/schema.gen";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { stateLook, STORE_STATES } from "@/shared/ui/StoreState";
import { type Tone, toneText } from "@/shared/ui/tone";

import { valueOf } from "../logic/metrics";

const FILL: Readonly<Record<Tone, string>> = {
  neutral: "bg-line-strong",
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  info: "bg-info",
  accent: "bg-accent",
};

/** Deleted stores are history: they are counted beside, and not in the bar. */
export function StoresByState({ metrics }: { metrics: readonly Metric[] }) {
  const counts = STORE_STATES.map((state) => ({ state, count: valueOf(metrics, "stores_total", { state }) ?? 0 }));
  const living = counts.filter(({ state, count }) => state !== "deleted" && count > 0);
  const total = living.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card
      title="Stores"
      text={total === 1 ? "One store" : `${total} stores of all accounts`}
      actions={
        <Link to="/admin/stores" className={buttonClass("secondary", "small")}>
          All stores
        </Link>
      }
    >
      <div aria-hidden className="flex h-3 gap-0.5 overflow-hidden rounded-full bg-line">
        {living.map(({ state, count }) => (
          <span key={state} className={FILL[stateLook(state).tone]} style={{ width: `${(count / total) * 100}%`, minWidth: 4 }} />
        ))}
      </div>
      <ul className="mt-4 grid grid-cols-2 gap-x-6 gap-y-1 sm:grid-cols-3 lg:grid-cols-6">
        {counts.map(({ state, count }) => {
          const look = stateLook(state);
          return (
            <li key={state}>
              <Link
                to="/admin/stores"
                search={{ state: [state] }}
                className="flex flex-col rounded-lg py-1.5 underline-offset-4 hover:underline"
              >
                <span className="flex items-center gap-1.5 text-sm text-ink-soft">
                  <look.icon aria-hidden className={`size-4 shrink-0 ${toneText[look.tone]}`} />
                  {look.words}
                </span>
                <span className="text-xl font-semibold tabular">{count}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
