import { expect, test } from "vitest";

import { creationNow } from "./creation";
import { formatDuration, formatTimeLeft } from "./duration";
import { ownPath } from "./ownPath";
import { compact, readNumber, readText, readWord, readWords } from "./search";
import { formatRelative } from "./time";

const NOW = new Date("2026-11-28T08:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

test("lengths of time are short, and exact enough", () => {
  expect([400, 9_990, 12_300, 125_000, 4_200_000, 200_000_000].map(formatDuration)).toEqual([
    "0.4 s",
    "9.9 s",
    "12 s",
    "2 min 05 s",
    "1 h 10 min",
    "2 d 7 h",
  ]);
});

test("a count-down never says that it is over before it is", () => {
  expect(formatTimeLeft(after(0.2), NOW)).toBe("1 s");
  expect(formatTimeLeft(after(899.5), NOW)).toBe("15:00 min");
  expect(formatTimeLeft(after(-5), NOW)).toBe("0 s");
});

test("relative times are said in the largest unit that fits", () => {
  expect([-10, 20, -60, -7_200, -90_000, -1_300_000].map((seconds) => formatRelative(after(seconds), NOW))).toEqual([
    "just now",
    "just now",
    "1 minute ago",
    "2 hours ago",
    "yesterday",
    "2 weeks ago",
  ]);
});

test("one is only ever sent on to a page of this site", () => {
  expect(ownPath("/stores/store_1?tab=logs#x")).toBe("/stores/store_1?tab=logs#x");
  for (const path of [undefined, "", "stores", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"]) {
    expect(ownPath(path), String(path)).toBeUndefined();
  }
});

test("what an address says wrongly counts as absent", () => {
  const raw = { q: "lamp", state: "ready,odd,failed", view: "spiral", page: "0", many: "3" };
  expect(readText(raw, "q")).toBe("lamp");
  expect(readWords(raw, "state", ["failed", "ready"])).toEqual(["failed", "ready"]);
  expect(readWord(raw, "view", ["cards", "table"])).toBeUndefined();
  expect(readNumber(raw, "page", 1, 9)).toBeUndefined();
  expect(readNumber(raw, "many", 1, 9)).toBe(3);
  expect(compact({ q: undefined, view: "", many: 3 })).toEqual({ many: 3 });
});

const QUOTA = {
  plan: "free",
  stores: {
    used: 1,
    limit: 2,
    by_state: { requested: 0, provisioning: 0, ready: 1, failed: 0, deleting: 0 },
  },
  queue: { depth: 0, max: 10, full: false },
};

test("whether a store can be created is said with the reason that lasts longest", () => {
  expect(creationNow(QUOTA, NOW)).toEqual({ may: true });
  const waiting = { ...QUOTA, next_creation_at: after(30).toISOString() };
  expect(creationNow(waiting, NOW)).toMatchObject({ may: false, why: "cooldown" });
  expect(creationNow(waiting, after(31))).toEqual({ may: true });
  const full = { ...waiting, stores: { ...QUOTA.stores, used: 2 } };
  expect(creationNow(full, NOW)).toMatchObject({ may: false, why: "limit", limit: 2 });
  expect(creationNow({ ...QUOTA, queue: { ...QUOTA.queue, full: true } }, NOW)).toMatchObject({ why: "queue" });
});
