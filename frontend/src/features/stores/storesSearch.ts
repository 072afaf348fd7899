// What the address of the list of stores holds. `state` and so on are the API's own words.
import { compact, readText, readWord, readWords } from "@/shared/lib/search";
import { HEALTHS, type HealthWord, STORE_STATES, type StoreStateWord } from "@/shared/ui/StoreState";

export const ENGINES = ["medusa", "woocommerce"] as const;
export const VIEWS = ["cards", "table"] as const;
const SORTS = ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"] as const;

export type StoresSearch = {
  q?: string;
  state?: StoreStateWord[];
  engine?: (typeof ENGINES)[number][];
  health?: HealthWord[];
  sort?: (typeof SORTS)[number];
  cursor?: string;
  view?: (typeof VIEWS)[number];
};

export const DEFAULT_SORT = "-created_at";

export function readStoresSearch(raw: Record<string, unknown>): StoresSearch {
  return compact({
    q: readText(raw, "q"),
    state: readWords(raw, "state", STORE_STATES),
    engine: readWords(raw, "engine", ENGINES),
    health: readWords(raw, "health", HEALTHS),
    sort: readWord(raw, "sort", SORTS),
    cursor: readText(raw, "cursor", 1000),
    view: readWord(raw, "view", VIEWS),
  });
}

export function readSort(word: string): (typeof SORTS)[number] | undefined {
  return SORTS.find((sort) => sort === word);
}

/** Whether stores may be missing because they do not match, and not because there are none. */
export function isFiltered({ q, state, engine, health }: StoresSearch): boolean {
  return q !== undefined || state !== undefined || engine !== undefined || health !== undefined;
}

/** A change of what is looked for begins at the first page: a cursor is a place in one order of one list. */
export function changed(search: StoresSearch, change: { [K in keyof StoresSearch]?: StoresSearch[K] | undefined }) {
  return compact({ ...search, cursor: undefined, ...change });
}
