import { expect, it } from "vitest";

import { grouped } from "./grouped";

it("lays the bars of a category beside each other, around its middle, in rising order", () => {
  const { xs, ys, width } = grouped([[1, 2], [3, null]]);
  expect(width).toBeCloseTo(0.36);
  expect(xs.map((x) => x.toFixed(2))).toEqual(["-0.18", "0.18", "0.82", "1.18"]);
  expect(ys).toEqual([
    [1, undefined, 2, undefined],
    [undefined, 3, undefined, null],
  ]);
});

it("puts a single series into the middle", () => {
  expect(grouped([[5]]).xs).toEqual([0]);
  expect(grouped([]).xs).toEqual([]);
});
