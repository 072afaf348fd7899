export const PLANS = ["free", "standard", "pro"] as const;
export type PlanWord = (typeof PLANS)[number];

const NAMES: Readonly<Record<string, string>> = { free: "Free", standard: "Standard", pro: "Pro" };

export function planName(plan: string): string {
  return NAMES[plan] ?? plan;
}

/** Those that an account of `largest` may give to a store. */
export function plansUpTo(largest: string): PlanWord[] {
  const last = PLANS.findIndex((plan) => plan === largest);
  return PLANS.slice(0, last + 1);
}
