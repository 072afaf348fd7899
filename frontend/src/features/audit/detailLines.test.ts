import { expect, it } from "vitest";

import { detailLines } from "./detailLines";

it("says names and values, and leaves out what is not there", () => {
  expect(detailLines({ name: "leylas-lamps", retired: null, sessions_ended: 0, by: "", replaced: true })).toEqual([
    { name: "name", value: "leylas-lamps" },
    { name: "sessions ended", value: "0" },
    { name: "replaced", value: "yes" },
  ]);
});

it("opens what is inside, and joins lists", () => {
  expect(detailLines({ changed: { before: { title: "A", plan: null }, after: { title: "B" } }, scopes: ["stores:read", "admin"] })).toEqual([
    { name: "changed before title", value: "A" },
    { name: "changed after title", value: "B" },
    { name: "scopes", value: "stores:read, admin" },
  ]);
});
