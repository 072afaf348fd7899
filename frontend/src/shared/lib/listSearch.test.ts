import { describe, expect, it } from "vitest";

import { changed, joined, sortingOf } from "./listSearch";

type Search = { q?: string; state?: string[]; cursor?: string };

describe("a list's address", () => {
  it("goes back to the first page when what is looked for changes", () => {
    expect(changed<Search>({ q: "lamp", cursor: "abc" }, { q: "lamps" })).toEqual({ q: "lamps" });
  });

  it("keeps what is looked for when the page changes", () => {
    expect(changed<Search>({ q: "lamp", cursor: "abc" }, { cursor: "def" })).toEqual({ q: "lamp", cursor: "def" });
  });

  it("loses a filter that is taken away", () => {
    expect(changed<Search>({ q: "lamp", state: ["ready"] }, { state: undefined })).toEqual({ q: "lamp" });
  });

  it("asks the server for several words with commas between, and for none not at all", () => {
    expect(joined("state", ["ready", "failed"])).toEqual({ state: "ready,failed" });
    expect(joined("state", [])).toEqual({});
    expect(joined("state", undefined)).toEqual({});
  });

  it("leaves the usual order out of the address, and words that are not known", () => {
    const sorted: (string | undefined)[] = [];
    const sorting = sortingOf(["name", "-name"], undefined, "-name", (sort) => sorted.push(sort))("name");
    expect(sorting.now).toBe("-name");
    sorting.onSort("name");
    sorting.onSort("-name");
    sorting.onSort("password");
    expect(sorted).toEqual(["name", undefined, undefined]);
  });
});
