import { describe, expect, it } from "vitest";

import type { Metric, MetricSample } from "@/shared/api/schema.gen";

import { failures, routeRows, stepTimes, wholeTimes } from "./tables";

function metric(name: string, samples: MetricSample[]): Metric {
  return { name, type: "histogram", help: "", samples };
}

function histogram(labels: Record<string, string>, count: number, sum: number): MetricSample {
  return { labels, count, sum, buckets: [{ le: "10", count: 0 }, { le: "30", count }, { le: "+Inf", count }] };
}

describe("the tables of the overview", () => {
  it("list steps in the order in which they run, new ones last", () => {
    const times = stepTimes([
      metric("store_provisioning_step_duration_seconds", [
        histogram({ engine: "medusa", step: "verify" }, 1, 20),
        histogram({ engine: "medusa", step: "polish" }, 1, 20),
        histogram({ engine: "woocommerce", step: "namespace" }, 2, 30),
      ]),
    ]);
    expect(times.map(({ step }) => step)).toEqual(["namespace", "verify", "polish"]);
    expect(times[0]?.byEngine.woocommerce).toEqual({ count: 2, mean: 15, bound: 30 });
    expect(times[0]?.byEngine.medusa).toEqual({ count: 0, mean: null, bound: null });
  });

  it("count stores in the same buckets for all engines", () => {
    const { buckets, summary } = wholeTimes([
      metric("store_provisioning_duration_seconds", [histogram({ engine: "medusa" }, 3, 60)]),
    ]);
    expect(buckets.medusa).toEqual([{ from: 10, to: 30, count: 3 }]);
    expect(summary.woocommerce).toEqual({ count: 0, mean: null, bound: null });
  });

  it("add failures up by step", () => {
    const rows = failures([
      metric("store_provisioning_failures_total", [
        { labels: { engine: "medusa", step: "setup" }, value: 2 },
        { labels: { engine: "woocommerce", step: "setup" }, value: 1 },
        { labels: { engine: "medusa", step: "namespace" }, value: 0 },
      ]),
    ]);
    expect(rows.map(({ step, total }) => [step, total])).toEqual([["namespace", 0], ["setup", 3]]);
  });

  it("add requests up by route, with what was refused and what failed", () => {
    const labels = { method: "GET", route: "/api/v1/stores" };
    const rows = routeRows([
      metric("http_requests_total", [
        { labels: { method: "GET", route: "/api/v1/health", status_code: "200" }, value: 1 },
        { labels: { ...labels, status_code: "200" }, value: 5 },
        { labels: { ...labels, status_code: "422" }, value: 2 },
        { labels: { ...labels, status_code: "503" }, value: 1 },
      ]),
      metric("http_request_duration_seconds", [histogram(labels, 8, 0.08)]),
    ]);
    expect(rows[0]).toEqual({ ...labels, requests: 8, errors: 1, refused: 2, mean_ms: 10 });
    expect(rows[1]?.mean_ms).toBeNull();
  });

  it("are empty where nothing was counted", () => {
    expect([stepTimes([]), failures([]), routeRows([])]).toEqual([[], [], []]);
    expect(wholeTimes([]).buckets).toEqual({ medusa: [], woocommerce: [] });
  });
});
