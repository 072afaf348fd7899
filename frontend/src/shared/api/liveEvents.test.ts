import { expect, test } from "vitest";

import { pauseBefore } from "./eventStream";
import { readEvent, staleKeys } from "./liveEvents";
import type { Event } from "./schema.gen";

const EVENT: Event = {
  seq: 4,
  store_id: "store_1",
  operation_id: "op_1",
  kind: "step_succeeded",
  message: "Step namespace done",
  data: {},
  at: "2026-11-28T08:00:00Z",
};

test("a step makes its store and its operation stale, and no list", () => {
  expect(staleKeys(EVENT)).toEqual([
    ["store", "store_1"],
    ["operation", "op_1"],
  ]);
});

test("a change of state makes lists and the quota stale as well", () => {
  const stale = staleKeys({ ...EVENT, kind: "state_changed" }).map((key) => key[0]);
  expect(stale).toEqual(expect.arrayContaining(["store", "operation", "stores", "quota"]));
});

test("what is no event is told from one", () => {
  expect(readEvent(JSON.stringify(EVENT))).toEqual(EVENT);
  for (const text of ["", "{", "null", "[]", "{}"]) expect(readEvent(text)).toBeNull();
});

test("pauses between tries grow, have a limit, and are never the same for all tabs", () => {
  expect(pauseBefore(1, 0)).toBe(250);
  expect(pauseBefore(1, 1)).toBe(500);
  expect(pauseBefore(3, 1)).toBe(2_000);
  expect(pauseBefore(50, 1)).toBe(30_000);
});
