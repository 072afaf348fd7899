import { describe, expect, it } from "vitest";

import type { EngineTimes, Provisioning, StepTimes } from "@/shared/api/schema.gen";

import { bucketRows, failureRows, stepRows } from "./provisioning";

function step(engine: string, name: string, done: number, failed = 0): StepTimes {
  return { engine, step: name, done, failed, mean_ms: done > 0 ? 1500 : null, p95_ms: done > 0 ? 2000 : null };
}

function engine(name: string, counts: number[], lost = 0): EngineTimes {
  const bounds = [5000, 10_000, 30_000, null];
  const buckets = bounds.map((below, index) => ({ below_ms: below, count: counts[index] ?? 0 }));
  return { engine: name, ready: 1, failed: lost, failed_without_step: lost, mean_ms: 1, p95_ms: 1, buckets };
}

const NOTHING: Provisioning = { since: "2026-11-01T00:00:00Z", engines: [], steps: [] };

describe("provisionings", () => {
  it("have steps in the order of the answer, once each, and those that were never done in no chart", () => {
    const steps = [step("medusa", "namespace", 2), step("woocommerce", "namespace", 1), step("medusa", "setup", 0, 1)];
    const rows = stepRows({ ...NOTHING, steps });
    expect(rows.map((row) => row.step)).toEqual(["namespace"]);
    expect(rows[0]?.byEngine.woocommerce?.done).toBe(1);
    expect(stepRows({ ...NOTHING, steps: [step("medusa", "setup", 1)] })[0]?.byEngine.woocommerce).toBeUndefined();
  });

  it("are counted in the same buckets for all engines, without the empty ends that all have", () => {
    const engines = [engine("medusa", [0, 3, 0, 0]), engine("woocommerce", [0, 0, 0, 1])];
    expect(bucketRows({ ...NOTHING, engines })).toEqual([
      { from_ms: 5000, below_ms: 10_000, byEngine: { medusa: 3, woocommerce: 0 } },
      { from_ms: 10_000, below_ms: 30_000, byEngine: { medusa: 0, woocommerce: 0 } },
      { from_ms: 30_000, below_ms: null, byEngine: { medusa: 0, woocommerce: 1 } },
    ]);
    expect(bucketRows({ ...NOTHING, engines: [engine("medusa", [])] })).toEqual([]);
  });

  it("that failed are added up by step, those without a step last", () => {
    const steps = [step("medusa", "setup", 0, 2), step("woocommerce", "setup", 3, 1)];
    const rows = failureRows({ ...NOTHING, engines: [engine("woocommerce", [1], 4)], steps });
    expect(rows.map((row) => [row.step, row.total])).toEqual([["setup", 3], [null, 4]]);
    expect(rows[1]?.byEngine).toEqual({ medusa: 0, woocommerce: 4 });
  });

  it("are nothing where none ended", () => {
    expect([stepRows(NOTHING), bucketRows(NOTHING), failureRows(NOTHING)]).toEqual([[], [], []]);
  });
});
