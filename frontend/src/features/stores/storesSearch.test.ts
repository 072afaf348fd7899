import { expect, test } from "vitest";

import { changed } from "@/shared/lib/listSearch";

import { isFiltered, readStoresSearch, type StoresSearch } from "./storesSearch";

test("an address is read back as it was written", () => {
  const search = readStoresSearch({ q: "lamp", state: "ready,failed", engine: "medusa", sort: "-name", view: "table" });
  expect(search).toEqual({ q: "lamp", state: ["ready", "failed"], engine: ["medusa"], sort: "-name", view: "table" });
  expect(readStoresSearch({ ...search })).toEqual(search);
});

test("another search begins at the first page", () => {
  expect(changed<StoresSearch>({ q: "lamp", cursor: "abc" }, { q: "mug" })).toEqual({ q: "mug" });
  expect(changed<StoresSearch>({ q: "lamp" }, { cursor: "abc" })).toEqual({ q: "lamp", cursor: "abc" });
});

test("a word that is not known is taken out of the address, and does not only stay out of what is read", () => {
  const search = readStoresSearch({ state: "melted", sort: "price" });
  expect({ state: "melted", sort: "price", ...search }).toEqual({});
});

test("order and view are no filters", () => {
  expect(isFiltered({ sort: "name", view: "table", cursor: "abc" })).toBe(false);
  expect(isFiltered({ state: ["ready"] })).toBe(true);
});
