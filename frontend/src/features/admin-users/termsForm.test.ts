import { describe, expect, it } from "vitest";

import type { AdminAccount } from "@/shared/api/schema.gen";

import { formOf, termsForm, termsOf } from "./termsForm";

const account: AdminAccount = {
  id: "acc_1",
  name: "leyla@example.com",
  plan: "free",
  max_stores: null,
  store_limit: 5,
  stores: 2,
  created_at: "2026-11-01T10:00:00Z",
};

describe("the terms of an account", () => {
  it("send nothing where nothing changes", () => {
    expect(termsOf(formOf(account), account)).toBeNull();
    expect(termsOf({ ...formOf(account), reason: "only words" }, account)).toBeNull();
  });

  it("send only what changes, with the reason", () => {
    const form = { ...formOf(account), plan: "pro" as const, reason: "contract" };
    expect(termsOf(form, account)).toEqual({ plan: "pro", reason: "contract" });
  });

  it("set a limit of its own, also one that equals the default", () => {
    expect(termsOf({ ...formOf(account), limit: "own" }, account)).toEqual({ max_stores: 5 });
  });

  it("take the account's own limit away with null", () => {
    const own = { ...account, max_stores: 20, store_limit: 20 };
    expect(termsOf({ ...formOf(own), limit: "default" }, own)).toEqual({ max_stores: null });
  });

  it("keep a limit of none", () => {
    const none = { ...account, max_stores: 0, store_limit: 0 };
    expect(formOf(none)).toMatchObject({ limit: "own", max_stores: "0" });
    expect(termsOf(formOf(none), none)).toBeNull();
  });

  it.each(["", "-1", "1.5", "many", "10001"])("refuse %j as a limit", (text) => {
    const form = { ...formOf(account), limit: "own" as const, max_stores: text };
    expect(termsForm.safeParse(form).success).toBe(false);
    expect(termsForm.safeParse({ ...form, limit: "default" }).success).toBe(true);
  });
});
