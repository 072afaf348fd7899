// Changes of what a list is asked for, as its address holds it.
import { compact } from "./search";

/** A key that is there and undefined takes the word out of the address. */
export type Change<S> = { [K in keyof S]?: S[K] | undefined };

/** A change of what is looked for begins at the first page: a cursor is a place in one order of one list. */
export function changed<S extends { cursor?: string }>(search: S, change: Change<S>): S {
  return compact({ ...search, cursor: undefined, ...change }) as S;
}

/** As the API takes several words: with commas between; absent where there are none. */
export function joined<const K extends string>(name: K, words: readonly string[] | undefined): Partial<Record<K, string>> {
  return (words === undefined || words.length === 0 ? {} : { [name]: words.join(",") }) as Partial<Record<K, string>>;
}

/** The order as the address holds it: absent where it is the usual one, or none that is known. */
export function unusual<W extends string>(words: readonly W[], word: string, usual: W): W | undefined {
  return word === usual ? undefined : words.find((known) => known === word);
}

/** What the columns of a table need to sort by the server's words. */
export function sortingOf<W extends string>(
  words: readonly W[],
  now: W | undefined,
  usual: W,
  onSort: (sort: W | undefined) => void,
): (key: string) => { key: string; now: string; onSort: (word: string) => void } {
  return (key) => ({
    key,
    now: now ?? usual,
    onSort: (word) => onSort(unusual(words, word, usual)),
  });
}
