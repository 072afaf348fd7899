// Server-sent events by `fetch`, which can send the token (EventSource cannot). It comes back by itself after a
// break, with the number of the last event, so nothing is lost and nothing comes twice.
import { createParser } from "eventsource-parser";

import { authorizedFetch } from "./client";
import { problemOf } from "./problem";

export type StreamState = "connecting" | "open" | "broken";

type StreamOptions = {
  path: string;
  onEvent: (data: string) => void;
  onState: (state: StreamState) => void;
  signal: AbortSignal;
};

/** The server sends a comment every 15 seconds; after this long without a byte the connection is dead. */
const SILENCE_LIMIT_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Half of the pause is chance: a server that restarts is not asked by all tabs in the same moment. */
export function pauseBefore(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempt - 1));
  return whole / 2 + (whole / 2) * chance;
}

/** Follows until `signal` says stop. */
export async function followEvents({ path, onEvent, onState, signal }: StreamOptions): Promise<void> {
  let lastId: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    onState("connecting");
    try {
      await readOnce(path, lastId, signal, {
        opened: () => {
          failures = 0;
          onState("open");
        },
        event: (id, data) => {
          lastId = id ?? lastId;
          onEvent(data);
        },
      });
      // An orderly end: the token ended, or the server stops. The next one begins at once, but never in a hot loop.
      failures = Math.max(failures, 1);
    } catch {
      failures += 1;
    }
    onState("broken");
    await pause(pauseBefore(failures, Math.random()), signal);
  }
}

type Readers = { opened: () => void; event: (id: string | undefined, data: string) => void };

async function readOnce(path: string, lastId: string | null, signal: AbortSignal, readers: Readers): Promise<void> {
  const silence = new AbortController();
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (lastId !== null) headers["Last-Event-ID"] = lastId;
  const url = new URL(path, location.origin);
  const response = await authorizedFetch(
    new Request(url, { headers, cache: "no-store", signal: AbortSignal.any([signal, silence.signal]) }),
  );
  if (!response.ok || response.body === null) throw problemOf(response, null, new Date());
  readers.opened();
  const parser = createParser({ onEvent: ({ id, data }) => readers.event(id, data) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      parser.feed(value);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
