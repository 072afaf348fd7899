// From what the API says of provisionings to what charts and tables show.
import { ENGINES } from "@/shared/api/engines";
import type { EngineTimes, Provisioning, StepTimes } from "@/shared/api/schema.gen";

type ByEngine<T> = Readonly<Record<string, T>>;

export type StepRow = { step: string; byEngine: ByEngine<StepTimes | undefined> };

/** How long each step took, in the order in which they run. Those that none got to are left out. */
export function stepRows({ steps }: Provisioning): StepRow[] {
  return stepsOf(steps.filter(({ done }) => done > 0)).map((step) => ({
    step,
    byEngine: byEngine((engine) => steps.find((times) => times.step === step && times.engine === engine)),
  }));
}

export type BucketRow = { from_ms: number; below_ms: number | null; byEngine: ByEngine<number> };

/** How many stores took how long, without the empty buckets at both ends. All engines have the same buckets. */
export function bucketRows({ engines }: Provisioning): BucketRow[] {
  const bounds = engines[0]?.buckets.map(({ below_ms: below }) => below ?? null) ?? [];
  const rows = bounds.map((below, index) => ({
    from_ms: bounds[index - 1] ?? 0,
    below_ms: below,
    byEngine: byEngine((engine) => timesOf(engines, engine)?.buckets[index]?.count ?? 0),
  }));
  const isFilled = (row: BucketRow) => Object.values(row.byEngine).some((count) => count > 0);
  const first = rows.findIndex(isFilled);
  return first === -1 ? [] : rows.slice(first, rows.findLastIndex(isFilled) + 1);
}

export type FailureRow = {
  /** Null for those that no step failed. */
  step: string | null;
  byEngine: ByEngine<number>;
  total: number;
};

/** Provisionings that failed for good, by the step that did; then those that waited too long or lost their worker. */
export function failureRows({ engines, steps }: Provisioning): FailureRow[] {
  const row = (step: string | null, of: (engine: string) => number): FailureRow => {
    const counts = byEngine(of);
    return { step, byEngine: counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  };
  const failedBy = (step: string) => (engine: string) =>
    steps.find((times) => times.step === step && times.engine === engine)?.failed ?? 0;
  return [
    ...stepsOf(steps).map((step) => row(step, failedBy(step))),
    ...(engines.length > 0 ? [row(null, (engine) => timesOf(engines, engine)?.failed_without_step ?? 0)] : []),
  ];
}

export function timesOf(engines: readonly EngineTimes[], engine: string): EngineTimes | undefined {
  return engines.find((times) => times.engine === engine);
}

function stepsOf(steps: readonly StepTimes[]): string[] {
  return [...new Set(steps.map(({ step }) => step))];
}

function byEngine<T>(of: (engine: string) => T): ByEngine<T> {
  return Object.fromEntries(ENGINES.map((engine) => [engine, of(engine)]));
}
