// What an entry tells besides, as names and values: the API keeps a small object of a shape that depends on its kind.

export type DetailLine = { name: string; value: string };

export function detailLines(details: object): DetailLine[] {
  return Object.entries(details).flatMap(([name, value]) => lines(name, value));
}

function lines(name: string, value: unknown): DetailLine[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [{ name: words(name), value: value.map(text).join(", ") }];
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([inner, each]) => lines(`${name} ${inner}`, each));
  }
  return [{ name: words(name), value: text(value) }];
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

function text(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
