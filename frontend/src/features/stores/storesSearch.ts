// What the address of the list of stores holds. `state` and so on are the API's own words.
import { ENGINES, type EngineWord } from "@/shared/api/engines";
import { STORE_SORTS, type StoreSort } from "@/shared/api/storeSorts";
import { readText, readWord, readWords, taken } from "@/shared/lib/search";
import { HEALTHS, type HealthWord, STORE_STATES, type StoreStateWord } from "@/shared/ui/StoreState";

export const VIEWS = ["cards", "table"] as const;

export type StoresSearch = {
  q?: string;
  state?: StoreStateWord[];
  engine?: EngineWord[];
  health?: HealthWord[];
  sort?: StoreSort;
  cursor?: string;
  view?: (typeof VIEWS)[number];
};

export function readStoresSearch(raw: Record<string, unknown>): StoresSearch {
  return taken({
    q: readText(raw, "q"),
    state: readWords(raw, "state", STORE_STATES),
    engine: readWords(raw, "engine", ENGINES),
    health: readWords(raw, "health", HEALTHS),
    sort: readWord(raw, "sort", STORE_SORTS),
    cursor: readText(raw, "cursor", 1000),
    view: readWord(raw, "view", VIEWS),
  });
}

/** Whether stores may be missing because they do not match, and not because there are none. */
export function isFiltered({ q, state, engine, health }: StoresSearch): boolean {
  return q !== undefined || state !== undefined || engine !== undefined || health !== undefined;
}
