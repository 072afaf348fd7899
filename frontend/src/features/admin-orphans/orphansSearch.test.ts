import { expect, it } from "vitest";

import type { Finding } from "@/shared/api/schema.gen";

import { fitting, readOrphansSearch } from "./orphansSearch";

function found(finding: string): Finding {
  return { finding, namespace: `store-${finding}`, reason: "", what_happens: "", since: "2026-11-28T08:00:00Z" };
}

it("shows only the findings that were ticked, and all where none is", () => {
  const items = [found("unknown"), found("broken"), found("something new")];
  expect(fitting(items, readOrphansSearch({ finding: "broken,unknown" })).map((item) => item.finding)).toEqual(["unknown", "broken"]);
  expect(fitting(items, readOrphansSearch({ finding: "nonsense" }))).toHaveLength(3);
});
