// What an operator sets for an account, between the fields of the form and the words of the API.
import * as z from "zod/mini";

import type { AdminAccount, SetTerms } from "@/shared/api/schema.gen";
import { PLANS } from "@/shared/ui/planWords";

/** As the API has them. */
const STORES_MAX = 10_000;
const REASON_MAX = 500;

export const termsForm = z
  .object({
    plan: z.enum(PLANS),
    limit: z.enum(["default", "own"]),
    max_stores: z.string().check(z.trim()),
    reason: z.string().check(z.trim(), z.maxLength(REASON_MAX, `At most ${REASON_MAX} characters`)),
  })
  .check(
    z.refine(({ limit, max_stores: text }) => limit === "default" || isCount(text), {
      path: ["max_stores"],
      error: `A whole number from 0 to ${STORES_MAX}`,
    }),
  );

export type TermsForm = z.infer<typeof termsForm>;

export function formOf(account: AdminAccount): TermsForm {
  const { max_stores: own } = account;
  return {
    plan: PLANS.find((plan) => plan === account.plan) ?? "free",
    limit: typeof own === "number" ? "own" : "default",
    max_stores: String(own ?? account.store_limit),
    reason: "",
  };
}

/** Only what changes is sent: what is absent stays. Null where nothing changes. */
export function termsOf(form: TermsForm, account: AdminAccount): SetTerms | null {
  const terms: SetTerms = {};
  if (form.plan !== account.plan) terms.plan = form.plan;
  const limit = form.limit === "default" ? null : Number(form.max_stores);
  if (limit !== (account.max_stores ?? null)) terms.max_stores = limit;
  if (Object.keys(terms).length === 0) return null;
  return form.reason === "" ? terms : { ...terms, reason: form.reason };
}

function isCount(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= STORES_MAX;
}
