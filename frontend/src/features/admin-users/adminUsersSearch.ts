import { readText, readWord, taken } from "@/shared/lib/search";

export const SORTS = ["created_at", "-created_at", "email", "-email"] as const;
export const USUAL_SORT = "-created_at";

export const STANDINGS = ["active", "suspended"] as const;

export type AdminUsersSearch = {
  email?: string;
  standing?: (typeof STANDINGS)[number];
  sort?: (typeof SORTS)[number];
  cursor?: string;
};

export function readAdminUsersSearch(raw: Record<string, unknown>): AdminUsersSearch {
  return taken({
    email: readText(raw, "email", 120),
    standing: readWord(raw, "standing", STANDINGS),
    sort: readWord(raw, "sort", SORTS),
    cursor: readText(raw, "cursor", 1000),
  });
}
