// Search parameters of an address, as pages validate them. They come from anybody, so what is not right counts
// as absent: a deep link with a word that is no longer known still opens.

type Raw = Record<string, unknown>;

export function readText(raw: Raw, name: string, maxLength = 200): string | undefined {
  const value = raw[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, maxLength) : undefined;
}

export function readWord<const W extends string>(raw: Raw, name: string, words: readonly W[]): W | undefined {
  return words.find((word) => word === raw[name]);
}

/** Several words, as `a,b` in the address; unknown ones are left out. */
export function readWords<const W extends string>(raw: Raw, name: string, words: readonly W[]): W[] | undefined {
  const value = raw[name];
  const asked = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  const known = words.filter((word) => asked.includes(word));
  return known.length > 0 ? known : undefined;
}

export function readNumber(raw: Raw, name: string, min: number, max: number): number | undefined {
  const value = Number(raw[name]);
  return raw[name] !== undefined && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

/**
 * What a page takes of its address. What it does not take is there and undefined: the router lays this over what
 * the address says, and a word that is only left out would come back.
 */
export function taken<T extends object>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return search;
}

/** Without what is undefined: the address shows only what differs from the page as it opens. */
export function compact<T extends object>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== "")) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
