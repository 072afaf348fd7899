// From the metrics to what the table of requests shows.
import type { Metric } from "@/shared/api/schema.gen";

import { labelOf, meanOf, samplesOf } from "./metrics";

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
