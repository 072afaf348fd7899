import { expect, test } from "vitest";

import type { Event, LogLine } from "@/shared/api/schema.gen";

import { isFreshlyOpened } from "./joy";
import { LineReader } from "./lineReader";
import { append, cutAtHits, EMPTY_BUFFER, findLines } from "./logBuffer";
import { groupEvents, isMilestone, withoutBeginnings } from "./timeline";

const line = (text: string): LogLine => ({ time: null, pod: "p", container: "c", text });

test("lines are whole however the stream was cut", () => {
  const text = [line("one"), line("zwei ✓"), line("three")].map((each) => `${JSON.stringify(each)}\n`).join("\n");
  for (const size of [1, 7, 50, 500]) {
    const reader = new LineReader();
    const read: LogLine[] = [];
    for (let at = 0; at < text.length; at += size) read.push(...reader.read(text.slice(at, at + size)));
    expect(read.map((each) => each.text), `pieces of ${size}`).toEqual(["one", "zwei ✓", "three"]);
  }
});

test("what is no line of the log is left out", () => {
  expect(new LineReader().read('\n{"half":\nnull\n"x"\n{}\n')).toEqual([]);
});

test("a page keeps the newest lines, and says how many it has let go", () => {
  const full = append(EMPTY_BUFFER, ["a", "b", "c"].map(line), 3);
  const later = append(full, ["d", "e"].map(line), 3);
  expect(later.lines.map(({ text, number }) => [text, number])).toEqual([
    ["c", 3],
    ["d", 4],
    ["e", 5],
  ]);
  expect(later.dropped).toBe(2);
});

test("finding minds neither large letters nor signs", () => {
  const lines = ["GET /store 200", "error: (none)", "get it"].map(line);
  expect(findLines(lines, "get")).toEqual([0, 2]);
  expect(findLines(lines, "(none")).toEqual([1]);
  expect(findLines(lines, "")).toEqual([]);
  expect(cutAtHits("Get it, get", "get")).toEqual(["", "Get", " it, ", "get", ""]);
  expect(cutAtHits("nothing", "get").join("")).toBe("nothing");
});

let seq = 0;
function event(kind: string, correlation: string | null, step?: string): Event {
  seq += 1;
  const data = (step === undefined ? {} : { step }) as Event["data"];
  const operation = correlation === null ? null : `op_${correlation}`;
  return { seq, store_id: "s", kind, message: kind, data, at: "", correlation_id: correlation, operation_id: operation };
}

test("a timeline is newest first, and what one request set off stands together", () => {
  const events = [event("state_changed", "a"), event("operation_queued", "a"), event("health_changed", null), event("operation_queued", "b")];
  const groups = groupEvents(events);
  expect(groups.map((group) => [group.correlationId, group.events.length])).toEqual([
    ["b", 1],
    [null, 1],
    ["a", 2],
  ]);
  expect(groups[2]?.events[0]?.kind).toBe("operation_queued");
});

test("the beginning of a step is left out when there is news of it", () => {
  const events = [
    event("step_started", "a", "namespace"),
    event("step_succeeded", "a", "namespace"),
    event("step_started", "a", "secrets"),
    event("step_started", "b", "namespace"),
  ];
  expect(withoutBeginnings(events).map((each) => each.kind)).toEqual(["step_succeeded", "step_started", "step_started"]);
});

test("milestones are all but the steps that went well", () => {
  const kinds = ["state_changed", "step_started", "step_succeeded", "step_failed", "operation_failed"];
  expect(kinds.filter((kind) => isMilestone(event(kind, "a")))).toEqual(["state_changed", "step_failed", "operation_failed"]);
});

test("only a shop that was made just now is greeted", () => {
  const now = new Date("2026-11-28T08:10:00Z");
  const opened = (kind: string, at: string | null) =>
    isFreshlyOpened({ ready_at: at, operation: { kind } as never }, now);
  expect(opened("provision", "2026-11-28T08:05:00Z")).toBe(true);
  expect(opened("provision", "2026-11-28T07:05:00Z")).toBe(false);
  expect(opened("repair", "2026-11-28T08:05:00Z")).toBe(false);
  expect(opened("provision", null)).toBe(false);
});
