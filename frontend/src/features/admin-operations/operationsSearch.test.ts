import { describe, expect, it } from "vitest";

import { isFiltered, readOperationsSearch, sinceOf } from "./operationsSearch";

describe("the address of the list of operations", () => {
  it("keeps the words that the API knows and leaves out the others", () => {
    expect(readOperationsSearch({ state: "failed,exploded", kind: "delete", within: "24h", sort: "rank" })).toEqual({
      state: ["failed"],
      kind: ["delete"],
      within: "24h",
    });
  });

  it("is filtered by what narrows it, and not by order and page", () => {
    expect(isFiltered(readOperationsSearch({ sort: "queued_at", cursor: "abc" }))).toBe(false);
    expect(isFiltered(readOperationsSearch({ store: "store_1" }))).toBe(true);
  });

  it("turns a span into the moment that the API asks for", () => {
    expect(sinceOf("24h", new Date("2026-11-28T08:00:00Z"))).toBe("2026-11-27T08:00:00.000Z");
  });
});
