import { ENGINES, type EngineWord } from "@/shared/api/engines";
import { STORE_SORTS, type StoreSort } from "@/shared/api/storeSorts";
import { readText, readWord, readWords, taken } from "@/shared/lib/search";
import { HEALTHS, type HealthWord, STORE_STATES, type StoreStateWord } from "@/shared/ui/StoreState";

/** What the address of the page holds; the words are the API's own. */
export type AdminStoresSearch = {
  q?: string;
  owner?: string;
  account?: string;
  state?: StoreStateWord[];
  engine?: EngineWord[];
  health?: HealthWord[];
  sort?: StoreSort;
  cursor?: string;
};

export function readAdminStoresSearch(raw: Record<string, unknown>): AdminStoresSearch {
  return taken({
    q: readText(raw, "q", 120),
    owner: readText(raw, "owner", 120),
    account: readText(raw, "account", 40),
    state: readWords(raw, "state", STORE_STATES),
    engine: readWords(raw, "engine", ENGINES),
    health: readWords(raw, "health", HEALTHS),
    sort: readWord(raw, "sort", STORE_SORTS),
    cursor: readText(raw, "cursor", 1000),
  });
}

export function isFiltered({ q, owner, account, state, engine, health }: AdminStoresSearch): boolean {
  return [q, owner, account, state, engine, health].some((filter) => filter !== undefined);
}
