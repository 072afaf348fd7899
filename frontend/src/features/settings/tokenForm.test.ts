import { describe, expect, it } from "vitest";

import { scopesFor, scopeWords, tokenForm, tokenOf } from "./tokenForm";

describe("a new access token", () => {
  it("needs a name and at least one scope", () => {
    expect(tokenForm.safeParse({ name: "  ", scopes: ["stores:read"], days: "90" }).success).toBe(false);
    expect(tokenForm.safeParse({ name: "report", scopes: [], days: "90" }).success).toBe(false);
    expect(tokenForm.safeParse({ name: "report", scopes: ["stores:read"], days: "90" }).success).toBe(true);
  });

  it("takes no scope and no time that the API does not know", () => {
    expect(tokenForm.safeParse({ name: "report", scopes: ["everything"], days: "90" }).success).toBe(false);
    expect(tokenForm.safeParse({ name: "report", scopes: ["stores:read"], days: "400" }).success).toBe(false);
  });

  it("is asked for in the API's words", () => {
    expect(tokenOf({ name: "report", scopes: ["stores:read"], days: "30" })).toEqual({
      name: "report",
      scopes: ["stores:read"],
      expires_in_days: 30,
    });
  });

  it("offers the operator's scope to operators only", () => {
    expect(scopesFor(false)).not.toContain("admin");
    expect(scopesFor(true)).toContain("admin");
  });

  it("shows a scope that it does not know by its own word", () => {
    expect(scopeWords("stores:read")).toBe("Look at stores");
    expect(scopeWords("metrics:read")).toBe("metrics:read");
  });
});
