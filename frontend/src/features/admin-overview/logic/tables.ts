// From the metrics to what the tables and charts of the overview show.
import { ENGINES } from "@/shared/api/engines";
import type { Metric, MetricSample } from "@/shared/api/schema.gen";

import { boundOf, type Bucket, bucketsOf, meanOf, trimmed } from "./histogram";
import { labelOf, samplesOf, valueOf } from "./metrics";

/** Of a provisioning, in the order in which they run. */
const STEPS = ["namespace", "secrets", "release", "rollout", "setup", "verify", "publish"] as const;

export type StepTime = { count: number; mean: number | null; bound: number | null };
export type StepTimes = { step: string; byEngine: Readonly<Record<string, StepTime>> };

const SHARE = 0.95;

/** How long a try of each step took that went well. */
export function stepTimes(metrics: readonly Metric[]): StepTimes[] {
  const samples = samplesOf(metrics, "store_provisioning_step_duration_seconds");
  return stepsOf(samples).map((step) => ({
    step,
    byEngine: byEngine((engine) => {
      const sample = samples.find((each) => labelOf(each, "step") === step && labelOf(each, "engine") === engine);
      return { count: sample?.count ?? 0, mean: sample ? meanOf(sample) : null, bound: sample ? boundOf(sample, SHARE) : null };
    }),
  }));
}

export type WholeTimes = { summary: Readonly<Record<string, StepTime>>; buckets: Readonly<Record<string, Bucket[]>> };

/** From the request for a store to its being ready, waiting included. */
export function wholeTimes(metrics: readonly Metric[]): WholeTimes {
  const samples = samplesOf(metrics, "store_provisioning_duration_seconds");
  const found = ENGINES.map((engine) => samples.find((sample) => labelOf(sample, "engine") === engine));
  const buckets = trimmed(found.map((sample) => (sample ? bucketsOf(sample) : [])));
  return {
    summary: Object.fromEntries(
      ENGINES.map((engine, index) => {
        const sample = found[index];
        return [
          engine,
          { count: sample?.count ?? 0, mean: sample ? meanOf(sample) : null, bound: sample ? boundOf(sample, SHARE) : null },
        ];
      }),
    ),
    buckets: Object.fromEntries(ENGINES.map((engine, index) => [engine, buckets[index] ?? []])),
  };
}

export type Failures = { step: string; byEngine: Readonly<Record<string, number>>; total: number };

/** Provisionings that failed for good, by the step that did. */
export function failures(metrics: readonly Metric[]): Failures[] {
  const name = "store_provisioning_failures_total";
  return stepsOf(samplesOf(metrics, name)).map((step) => {
    const counts = byEngine((engine) => valueOf(metrics, name, { engine, step }) ?? 0);
    return { step, byEngine: counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  });
}

export type RouteRow = { method: string; route: string; requests: number; errors: number; refused: number; mean_ms: number | null };

/** What was asked for, the most asked first. */
export function routeRows(metrics: readonly Metric[]): RouteRow[] {
  const rows = new Map<string, RouteRow>();
  for (const sample of samplesOf(metrics, "http_requests_total")) {
    const [method, route] = [labelOf(sample, "method"), labelOf(sample, "route")];
    const key = `${method} ${route}`;
    const row = rows.get(key) ?? { method, route, requests: 0, errors: 0, refused: 0, mean_ms: null };
    const count = sample.value ?? 0;
    const status = labelOf(sample, "status_code");
    row.requests += count;
    if (status.startsWith("5")) row.errors += count;
    if (status.startsWith("4")) row.refused += count;
    rows.set(key, row);
  }
  for (const sample of samplesOf(metrics, "http_request_duration_seconds")) {
    const row = rows.get(`${labelOf(sample, "method")} ${labelOf(sample, "route")}`);
    const mean = meanOf(sample);
    if (row && mean !== null) row.mean_ms = mean * 1000;
  }
  return [...rows.values()].sort((one, other) => other.requests - one.requests);
}

/** Those that are known, in their order, and then what is new. */
function stepsOf(samples: readonly MetricSample[]): string[] {
  const named = new Set(samples.map((sample) => labelOf(sample, "step")));
  const known = STEPS.filter((step) => named.has(step));
  return [...known, ...[...named].filter((step) => !known.some((word) => word === step)).sort()];
}

function byEngine<T>(of: (engine: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(ENGINES.map((engine) => [engine, of(engine)]));
}
