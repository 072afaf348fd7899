import { expect, it } from "vitest";

import { nextLink, withoutHeader } from "./csvPages";

it("finds the next page in a Link header", () => {
  expect(nextLink('</api/v1/audit/logs?format=csv&cursor=20>; rel="next"')).toBe("/api/v1/audit/logs?format=csv&cursor=20");
  expect(nextLink('</a>; rel="prev", </b?cursor=1>; rel="next"')).toBe("/b?cursor=1");
});

it("ends where there is no next page, and never leads to another site", () => {
  expect(nextLink(null)).toBeNull();
  expect(nextLink('</a>; rel="prev"')).toBeNull();
  expect(nextLink('<https://elsewhere.example/a>; rel="next"')).toBeNull();
});

it("takes only the names of the columns away from later pages", () => {
  expect(withoutHeader("id,at\n1,a\n2,b\n")).toBe("1,a\n2,b\n");
  expect(withoutHeader("id,at\r\n1,a\r\n")).toBe("1,a\r\n");
  expect(withoutHeader("id,at")).toBe("");
});
