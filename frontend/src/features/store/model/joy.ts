import type { StoreDetails } from "@/shared/api/schema.gen";

/** Somebody who made tea meanwhile is greeted, too. */
const FRESH_MS = 10 * 60_000;

/** Whether the shop has opened just now, by being made and not by being mended. */
export function isFreshlyOpened(store: Pick<StoreDetails, "ready_at" | "operation">, now: Date): boolean {
  if (store.operation?.kind !== "provision" || !store.ready_at) return false;
  return now.getTime() - Date.parse(store.ready_at) < FRESH_MS;
}
