import { readText, readWord, taken } from "@/shared/lib/search";

export const SORTS = ["queued_at", "-queued_at"] as const;
export const USUAL_SORT = "-queued_at";

export type DeadLettersSearch = { sort?: (typeof SORTS)[number]; cursor?: string };

export function readDeadLettersSearch(raw: Record<string, unknown>): DeadLettersSearch {
  return taken({ sort: readWord(raw, "sort", SORTS), cursor: readText(raw, "cursor", 1000) });
}
