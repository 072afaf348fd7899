// The newest lines of a log, as many as a page can hold, and where a text occurs in them.
import type { LogLine } from "@/shared/api/schema.gen";

/** 5000 lines of 100 letters are half a megabyte; the whole log is in the cluster. */
export const LINES_KEPT = 5_000;

export type NumberedLine = LogLine & { number: number };
export type LogBuffer = { lines: readonly NumberedLine[]; dropped: number };

export const EMPTY_BUFFER: LogBuffer = { lines: [], dropped: 0 };

export function append(buffer: LogBuffer, added: readonly LogLine[], kept = LINES_KEPT): LogBuffer {
  const first = (buffer.lines.at(-1)?.number ?? 0) + 1;
  const lines = [...buffer.lines, ...added.map((line, index) => ({ ...line, number: first + index }))];
  const over = Math.max(0, lines.length - kept);
  return { lines: over === 0 ? lines : lines.slice(over), dropped: buffer.dropped + over };
}

/** Where in `lines` the text occurs; large letters are like small ones. */
export function findLines(lines: readonly LogLine[], text: string): number[] {
  const wanted = text.toLowerCase();
  if (wanted === "") return [];
  return lines.flatMap((line, index) => (line.text.toLowerCase().includes(wanted) ? [index] : []));
}

/** The text cut at what is found, every second piece being a hit. */
export function cutAtHits(text: string, wanted: string): string[] {
  if (wanted === "") return [text];
  const pieces: string[] = [];
  const small = text.toLowerCase();
  const sought = wanted.toLowerCase();
  let from = 0;
  // Letters that change their length when made small would shift the places: then nothing is marked.
  if (small.length !== text.length) return [text];
  for (let at = small.indexOf(sought); at >= 0; at = small.indexOf(sought, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + sought.length));
    from = at + sought.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

export function asText(lines: readonly LogLine[]): string {
  return lines.map(({ time, pod, container, text }) => `${time ?? "-"} ${pod} ${container} ${text}\n`).join("");
}
