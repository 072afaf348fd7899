// Rates from counters, by looking twice. A counter belongs to a process: where the next answer is another one's, or
// the process began anew, there is nothing to subtract, and the chart has a gap.
import type { Metric } from "@/shared/api/schema.gen";

import { labelOf, samplesOf, totalOf, valueOf } from "./metrics";

export type Sample = {
  at_ms: number;
  /** When the process that answered began: by this the next answer is known to be its own. */
  began_ms: number;
  requests: number;
  /** Answered with 5xx. */
  errors: number;
  seconds: number;
};

export type Rate = {
  at_ms: number;
  requests: number | null;
  errors: number | null;
  /** Of the requests in between, from the request to the head of the answer. */
  mean_ms: number | null;
};

/** The same process says its beginning with so much inaccuracy: the way of the answer is in it. */
const SAME_BEGINNING_MS = 2_000;
/** Over a longer time a rate hides what happened. */
const LONGEST_MS = 60_000;

export function sampleOf(metrics: readonly Metric[], now: Date): Sample {
  const uptime = valueOf(metrics, "process_uptime_seconds") ?? 0;
  const durations = samplesOf(metrics, "http_request_duration_seconds");
  return {
    at_ms: now.getTime(),
    began_ms: now.getTime() - uptime * 1000,
    requests: totalOf(metrics, "http_requests_total"),
    errors: samplesOf(metrics, "http_requests_total")
      .filter((sample) => labelOf(sample, "status_code").startsWith("5"))
      .reduce((sum, sample) => sum + (sample.value ?? 0), 0),
    seconds: durations.reduce((sum, sample) => sum + (sample.sum ?? 0), 0),
  };
}

export function ratesOf(samples: readonly Sample[]): Rate[] {
  return samples.slice(1).map((sample, index) => rateBetween(samples[index] ?? sample, sample));
}

function rateBetween(before: Sample, after: Sample): Rate {
  const passed_ms = after.at_ms - before.at_ms;
  const requests = after.requests - before.requests;
  const isComparable =
    passed_ms > 0 &&
    passed_ms <= LONGEST_MS &&
    requests >= 0 &&
    Math.abs(after.began_ms - before.began_ms) <= SAME_BEGINNING_MS;
  if (!isComparable) return { at_ms: after.at_ms, requests: null, errors: null, mean_ms: null };
  const passed = passed_ms / 1000;
  return {
    at_ms: after.at_ms,
    requests: requests / passed,
    errors: Math.max(0, after.errors - before.errors) / passed,
    mean_ms: requests === 0 ? null : ((after.seconds - before.seconds) / requests) * 1000,
  };
}
