import { describe, expect, it } from "vitest";

import { filterOf, filterOfId, isFiltered, readAuditSearch } from "./auditSearch";

describe("the address of the audit log", () => {
  it("leaves out kinds and days that are none", () => {
    expect(readAuditSearch({ event: "exploded", from: "yesterday", to: "2026-13-40", store: "store_1" })).toEqual({ store: "store_1" });
  });

  it("asks for whole days of the reader: up to the end of the last one", () => {
    const { since, until } = filterOf({ from: "2026-11-27", to: "2026-11-28" });
    expect(since).toBe(new Date(2026, 10, 27).toISOString());
    expect(until).toBe(new Date(2026, 10, 29).toISOString());
  });

  it("crosses the end of a month", () => {
    expect(filterOf({ to: "2026-11-30" }).until).toBe(new Date(2026, 11, 1).toISOString());
  });

  it("says event_type to the API, and no cursor among the filters", () => {
    expect(filterOf({ event: "store_created", cursor: "42" })).toEqual({ event_type: "store_created" });
    expect(isFiltered({ cursor: "42" })).toBe(false);
  });

  it.each([
    ["usr_01k0", { actor: "usr_01k0" }],
    ["acc_01k0", { account: "acc_01k0" }],
    ["store_01k0", { store: "store_01k0" }],
    ["store_", null],
    ["leyla", null],
  ])("knows what %s is by its prefix", (text, filter) => {
    expect(filterOfId(text)).toEqual(filter);
  });
});
