import { describe, expect, it } from "vitest";

import { boundOf, bucketsOf, meanOf, trimmed } from "./histogram";

const seen = {
  count: 10,
  sum: 42,
  buckets: [
    { le: "1", count: 0 },
    { le: "2.5", count: 4 },
    { le: "5", count: 9 },
    { le: "10", count: 9 },
    { le: "+Inf", count: 10 },
  ],
};
const empty = { count: 0, sum: 0, buckets: [{ le: "1", count: 0 }, { le: "+Inf", count: 0 }] };

describe("a histogram", () => {
  it("has a mean, and none without values", () => {
    expect(meanOf(seen)).toBe(4.2);
    expect(meanOf(empty)).toBeNull();
  });

  it("says within which bound a share lies, and nothing finer", () => {
    expect(boundOf(seen, 0.4)).toBe(2.5);
    expect(boundOf(seen, 0.5)).toBe(5);
    expect(boundOf(seen, 0.95)).toBe(Infinity);
    expect(boundOf(empty, 0.5)).toBeNull();
  });

  it("counts each bucket alone", () => {
    expect(bucketsOf(seen).map(({ count }) => count)).toEqual([0, 4, 5, 0, 1]);
    expect(bucketsOf(seen)[1]).toEqual({ from: 1, to: 2.5, count: 4 });
  });

  it("is shown without the empty ends that all have", () => {
    const other = bucketsOf({ ...seen, buckets: seen.buckets.map(({ le }) => ({ le, count: 0 })) });
    const [one, two] = trimmed([bucketsOf({ ...seen, buckets: seen.buckets.slice(0, 4) }), other.slice(0, 4)]);
    expect(one?.map(({ to }) => to)).toEqual([2.5, 5]);
    expect(two?.map(({ count }) => count)).toEqual([0, 0]);
    expect(trimmed([bucketsOf(empty)])).toEqual([[]]);
  });
});
