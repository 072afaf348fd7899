import type { Finding } from "@/shared/api/schema.gen";
import { readWords, taken } from "@/shared/lib/search";

import { FINDINGS, type FindingWord } from "./findingLook";

export type OrphansSearch = { finding?: FindingWord[] };

export function readOrphansSearch(raw: Record<string, unknown>): OrphansSearch {
  return taken({ finding: readWords(raw, "finding", FINDINGS) });
}

/** The API answers with at most 1000, so they are looked through here. */
export function fitting(items: readonly Finding[], { finding }: OrphansSearch): Finding[] {
  return items.filter((item) => finding === undefined || finding.some((word) => word === item.finding));
}
