import { expect, it } from "vitest";

import { padded } from "./padded";

it("begins a window before the last moment, with nothing seen there", () => {
  expect(padded([100], [[5]], 120)).toEqual({ times: [-20, 100], series: [[null, 5]] });
  expect(padded([90, 100], [[5, 6]], 120)).toEqual({ times: [-20, 90, 100], series: [[null, 5, 6]] });
});

it("leaves alone what fills the window, and what is empty", () => {
  expect(padded([0, 120], [[5, 6]], 120)).toEqual({ times: [0, 120], series: [[5, 6]] });
  expect(padded([], [[]], 120)).toEqual({ times: [], series: [[]] });
});
