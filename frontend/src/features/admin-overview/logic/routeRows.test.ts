import { describe, expect, it } from "vitest";

import type { Metric, MetricSample } from "@/shared/api/schema.gen";

import { routeRows } from "./routeRows";

function metric(name: string, samples: MetricSample[]): Metric {
  return { name, type: "histogram", help: "", samples };
}

describe("requests", () => {
  it("add up by route, with what was refused and what failed", () => {
    const labels = { method: "GET", route: "/api/v1/stores" };
    const rows = routeRows([
      metric("http_requests_total", [
        { labels: { method: "GET", route: "/api/v1/health", status_code: "200" }, value: 1 },
        { labels: { ...labels, status_code: "200" }, value: 5 },
        { labels: { ...labels, status_code: "422" }, value: 2 },
        { labels: { ...labels, status_code: "503" }, value: 1 },
      ]),
      metric("http_request_duration_seconds", [{ labels, count: 8, sum: 0.08, buckets: [] }]),
    ]);
    expect(rows[0]).toEqual({ ...labels, requests: 8, errors: 1, refused: 2, mean_ms: 10 });
    expect(rows[1]?.mean_ms).toBeNull();
  });

  it("are nothing where nothing was counted", () => {
    expect(routeRows([])).toEqual([]);
  });
});
