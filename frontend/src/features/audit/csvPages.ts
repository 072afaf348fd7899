// The API gives a long CSV in pages, each with its own first line. Together they are one file.

/** The address of the next page in a `Link` header (RFC 8288), where it is one of this site. */
export function nextLink(header: string | null): string | null {
  const match = /<(\/[^>]*)>\s*;[^,]*\brel="?next"?/.exec(header ?? "");
  return match?.[1] ?? null;
}

/** Without the names of the columns. They hold neither commas nor line breaks, so the first line ends where it ends. */
export function withoutHeader(csv: string): string {
  const end = csv.indexOf("\n");
  return end === -1 ? "" : csv.slice(end + 1);
}
