import { useMutation } from "@tanstack/react-query";

import { authorizedFetch } from "@/shared/api/client";
import { problemOf } from "@/shared/api/problem";
import { saveFile } from "@/shared/lib/download";

import { type AuditSearch, filterOf } from "../auditSearch";
import { nextLink, withoutHeader } from "../csvPages";
import type { AuditScope } from "./listAudit";

/** Of one request, as the API has it. */
const PAGE = 10_000;
/** More than a spreadsheet opens with joy, and than a browser should hold. */
const PAGES_MAX = 20;

const PATHS: Readonly<Record<AuditScope, string>> = { all: "/api/v1/audit/logs", own: "/api/v1/me/audit" };

/** All entries that the filters let through, as one CSV file, however many pages the API makes of them. */
export function useDownloadAudit(scope: AuditScope) {
  return useMutation({
    mutationFn: async (search: AuditSearch) => {
      const query = new URLSearchParams({ ...filterOf(search), format: "csv", limit: String(PAGE) });
      let next: string | null = `${PATHS[scope]}?${query.toString()}`;
      const parts: string[] = [];
      while (next !== null && parts.length < PAGES_MAX) {
        const { text, link } = await readPage(next);
        parts.push(parts.length === 0 ? text : withoutHeader(text));
        next = nextLink(link);
      }
      saveFile("souk-audit.csv", parts, "text/csv;charset=utf-8");
      return { isWhole: next === null };
    },
  });
}

async function readPage(path: string): Promise<{ text: string; link: string | null }> {
  const response = await authorizedFetch(new Request(new URL(path, location.origin), { headers: { Accept: "text/csv" } }));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw problemOf(response, body, new Date());
  }
  return { text: await response.text(), link: response.headers.get("Link") };
}
