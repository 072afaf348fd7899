import { ENGINES, type EngineWord } from "@/shared/api/engines";
import { readText, readWord, readWords, taken } from "@/shared/lib/search";
import { OPERATION_KINDS, OPERATION_STATES, type OperationKindWord, type OperationStateWord } from "@/shared/ui/OperationState";

export const SORTS = ["queued_at", "-queued_at"] as const;
export const USUAL_SORT = "-queued_at";

/** How far back, for those who look at what happened lately. */
export const SPANS = ["1h", "24h", "7d", "30d"] as const;
export type Span = (typeof SPANS)[number];

export type OperationsSearch = {
  state?: OperationStateWord[];
  kind?: OperationKindWord[];
  engine?: EngineWord[];
  account?: string;
  store?: string;
  within?: Span;
  sort?: (typeof SORTS)[number];
  cursor?: string;
};

export function readOperationsSearch(raw: Record<string, unknown>): OperationsSearch {
  return taken({
    state: readWords(raw, "state", OPERATION_STATES),
    kind: readWords(raw, "kind", OPERATION_KINDS),
    engine: readWords(raw, "engine", ENGINES),
    account: readText(raw, "account", 40),
    store: readText(raw, "store", 40),
    within: readWord(raw, "within", SPANS),
    sort: readWord(raw, "sort", SORTS),
    cursor: readText(raw, "cursor", 1000),
  });
}

export function isFiltered({ state, kind, engine, account, store, within }: OperationsSearch): boolean {
  return [state, kind, engine, account, store, within].some((filter) => filter !== undefined);
}

const HOUR_MS = 3_600_000;
const SPANS_MS: Readonly<Record<Span, number>> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
};

export function sinceOf(span: Span, now: Date): string {
  return new Date(now.getTime() - SPANS_MS[span]).toISOString();
}
