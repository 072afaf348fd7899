import { expect, it } from "vitest";

import type { Try } from "@/shared/api/schema.gen";

import { triesOf } from "./tries";

function tried(number: number, ended_at: string): Try {
  return { number, ended_at, outcome: "retrying", reason: "not there yet", advice: "wait", undo: false, started_at: null };
}

it("puts the tries of all steps into the order of their ends, and keeps their steps", () => {
  const tries = triesOf([
    { name: "rollout", tries: [tried(1, "2026-11-28T08:00:05Z"), tried(2, "2026-11-28T08:00:20Z")] },
    { name: "namespace", tries: [tried(1, "2026-11-28T08:00:30Z")] },
    { name: "setup", tries: [] },
  ]);
  expect(tries.map(({ step, number }) => `${step} ${number}`)).toEqual(["rollout 1", "rollout 2", "namespace 1"]);
});
