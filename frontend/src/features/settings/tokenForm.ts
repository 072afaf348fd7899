// Personal access tokens: what they may open, and how long they last, between the form and the words of the API.
import * as z from "zod/mini";

import type { CreateToken } from "@/shared/api/schema.gen";

export const SCOPES = ["stores:read", "stores:write", "audit:read", "admin"] as const;
export type ScopeWord = (typeof SCOPES)[number];

export const SCOPE_WORDS: Readonly<Record<ScopeWord, { label: string; what: string }>> = {
  "stores:read": { label: "Look at stores", what: "Stores, their events and operations" },
  "stores:write": { label: "Change stores", what: "Create, delete, retry, rebuild; and read a store’s credentials" },
  "audit:read": { label: "Read the audit log", what: "Your own; with the operator’s scope, all of it" },
  admin: { label: "Act as operator", what: "What you may do as operator of this Souk" },
};

export function scopeWords(scope: string): string {
  const known = SCOPES.find((word) => word === scope);
  return known ? SCOPE_WORDS[known].label : scope;
}

/** Operators' tokens may have one more. */
export function scopesFor(isOperator: boolean): ScopeWord[] {
  return SCOPES.filter((scope) => isOperator || scope !== "admin");
}

export const DAYS = ["7", "30", "90", "180", "366"] as const;
const DAY_WORDS: Readonly<Record<(typeof DAYS)[number], string>> = {
  "7": "7 days",
  "30": "30 days",
  "90": "90 days",
  "180": "180 days",
  "366": "A year",
};
export function dayWords(days: (typeof DAYS)[number]): string {
  return DAY_WORDS[days];
}

const NAME_MAX = 100;

export const tokenForm = z.object({
  name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, "Give it a name by which you know it again"),
      z.maxLength(NAME_MAX, `At most ${NAME_MAX} characters`),
    ),
  scopes: z.array(z.enum(SCOPES)).check(z.minLength(1, "Tick at least one: without any it opens nothing")),
  days: z.enum(DAYS),
});

export type TokenForm = z.infer<typeof tokenForm>;

export function tokenOf({ name, scopes, days }: TokenForm): CreateToken {
  return { name, scopes, expires_in_days: Number(days) };
}
