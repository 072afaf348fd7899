import { describe, expect, it } from "vitest";

import type { Metric } from "@/shared/api/schema.gen";

import { ratesOf, type Sample, sampleOf } from "./rates";

const first: Sample = { at_ms: 100_000, began_ms: 0, requests: 50, errors: 1, seconds: 5 };

function later(seconds: number, change: Partial<Sample>): Sample {
  return { ...first, at_ms: first.at_ms + seconds * 1000, ...change };
}

describe("rates", () => {
  it("are what was counted in between, for each second", () => {
    expect(ratesOf([first, later(5, { requests: 60, errors: 2, seconds: 5.5 })])).toEqual([
      { at_ms: 105_000, requests: 2, errors: 0.2, mean_ms: 50 },
    ]);
  });

  it("need two looks", () => {
    expect(ratesOf([])).toEqual([]);
    expect(ratesOf([first])).toEqual([]);
  });

  it("have a gap where another process answered, or the same one began anew", () => {
    const other = later(5, { began_ms: 60_000, requests: 70 });
    const anew = later(5, { requests: 3 });
    expect(ratesOf([first, other])[0]?.requests).toBeNull();
    expect(ratesOf([first, anew])[0]?.requests).toBeNull();
  });

  it("have a gap where nobody looked for long", () => {
    expect(ratesOf([first, later(600, { requests: 5000 })])[0]?.requests).toBeNull();
  });

  it("have no mean where nothing was asked", () => {
    expect(ratesOf([first, later(5, {})])[0]).toMatchObject({ requests: 0, mean_ms: null });
  });
});

it("a sample holds all requests, the failed ones, and when their process began", () => {
  const counter = (status_code: string, value: number) => ({ labels: { method: "GET", route: "/", status_code }, value });
  const metrics: Metric[] = [
    { name: "process_uptime_seconds", type: "gauge", help: "", samples: [{ labels: {}, value: 30 }] },
    { name: "http_requests_total", type: "counter", help: "", samples: [counter("200", 7), counter("503", 2)] },
    { name: "http_request_duration_seconds", type: "histogram", help: "", samples: [{ labels: {}, count: 9, sum: 0.9 }] },
  ];
  expect(sampleOf(metrics, new Date(100_000))).toEqual({ at_ms: 100_000, began_ms: 70_000, requests: 9, errors: 2, seconds: 0.9 });
});
