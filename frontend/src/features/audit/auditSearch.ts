import { compact, readText, readWord, taken } from "@/shared/lib/search";

import { EVENT_WORDS, type EventWord } from "./auditEvents";

/** `from` and `to` are days of who looks, `2026-11-28`, both included. */
export type AuditSearch = {
  event?: EventWord;
  actor?: string;
  account?: string;
  store?: string;
  from?: string;
  to?: string;
  cursor?: string;
};

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return taken({
    event: readWord(raw, "event", EVENT_WORDS),
    actor: readText(raw, "actor", 40),
    account: readText(raw, "account", 40),
    store: readText(raw, "store", 40),
    from: readDay(raw.from),
    to: readDay(raw.to),
    cursor: readText(raw, "cursor", 40),
  });
}

export function isFiltered({ event, actor, account, store, from, to }: AuditSearch): boolean {
  return [event, actor, account, store, from, to].some((filter) => filter !== undefined);
}

export type AuditFilter = {
  event_type?: string;
  actor?: string;
  account?: string;
  store?: string;
  since?: string;
  until?: string;
};

/** In the words of the API, which knows moments and no days. */
export function filterOf({ event, actor, account, store, from, to }: AuditSearch): AuditFilter {
  return compact({
    event_type: event,
    actor,
    account,
    store,
    since: from === undefined ? undefined : midnight(from, 0),
    until: to === undefined ? undefined : midnight(to, 1),
  });
}

const ID_FILTERS = { usr_: "actor", acc_: "account", store_: "store" } as const;

/** Which filter an id belongs to, by its prefix; null where it is none. */
export function filterOfId(text: string): { actor?: string; account?: string; store?: string } | null {
  for (const [prefix, name] of Object.entries(ID_FILTERS)) {
    if (text.startsWith(prefix) && text.length > prefix.length) return { [name]: text };
  }
  return null;
}

function readDay(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

/** The beginning of a day where the reader is, so many days later. */
function midnight(day: string, later: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}
