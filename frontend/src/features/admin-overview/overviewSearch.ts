// What the address of the overview holds.
import { readWord, taken } from "@/shared/lib/search";

/** Of how many days provisionings are shown; the usual one is not in the address. */
export const PERIODS = ["7", "30", "90", "365"] as const;
export type Period = (typeof PERIODS)[number];
export const USUAL_PERIOD: Period = "30";

export type OverviewSearch = { days?: Period };

export function readOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  return taken({ days: readWord(raw, "days", PERIODS) });
}
