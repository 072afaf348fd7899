/** A path of this site, or nothing: where one is sent after signing in must never be somebody else's page. */
export function ownPath(path: string | undefined): string | undefined {
  if (!path?.startsWith("/")) return undefined;
  // The browser's own reading: `//host`, `/\host` and `/\t/host` are other hosts to it.
  const here = "http://here.invalid";
  return URL.parse(path, here)?.origin === here ? path : undefined;
}
