// Pieces of a stream, as they come, to whole lines of a log.
import type { LogLine } from "@/shared/api/schema.gen";

/** Longer than any line of the server's (8 KiB of text, escaped): what has no end by then is no line. */
const LONGEST = 128 * 1024;

export class LineReader {
  #rest = "";

  /** The lines that this piece completes. Empty ones are the server's sign of life. */
  read(piece: string): LogLine[] {
    const lines = (this.#rest + piece).split("\n");
    const rest = lines.pop() ?? "";
    this.#rest = rest.length > LONGEST ? "" : rest;
    return lines.flatMap(parseLine);
  }
}

function parseLine(text: string): LogLine[] {
  if (text.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "text" in value ? [value as LogLine] : [];
  } catch {
    return [];
  }
}
