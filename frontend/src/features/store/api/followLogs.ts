// A stream of its own, and only while somebody looks at it: what the store's programs write.
import { authorizedFetch } from "@/shared/api/client";
import { pauseBefore } from "@/shared/api/eventStream";
import { type ApiProblem, isProblem, problemOf } from "@/shared/api/problem";
import type { LogLine } from "@/shared/api/schema.gen";

import { LineReader } from "../model/lineReader";

/** Lines of each container that were there before. */
const TAIL = 500;
const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;
const TOO_MANY = 429;

export type LogState = { kind: "connecting" } | { kind: "open" } | { kind: "broken" } | { kind: "refused"; problem: ApiProblem };

type FollowLogs = {
  storeId: string;
  onLines: (lines: LogLine[]) => void;
  onState: (state: LogState) => void;
  signal: AbortSignal;
};

export async function followLogs({ storeId, onLines, onState, signal }: FollowLogs): Promise<void> {
  const place: { since: string | null } = { since: null };
  let failures = 0;
  while (!signal.aborted) {
    onState({ kind: "connecting" });
    try {
      const query = new URLSearchParams({ follow: "true", tail: String(TAIL) });
      if (place.since !== null) query.set("since", place.since);
      const response = await authorizedFetch(
        new Request(new URL(`/api/v1/stores/${storeId}/pods/logs?${query}`, location.origin), { signal, cache: "no-store" }),
      );
      if (!response.ok || response.body === null) {
        const body: unknown = await response.json().catch(() => null);
        throw problemOf(response, body, new Date());
      }
      failures = 0;
      onState({ kind: "open" });
      await readLines(response.body, (lines) => {
        place.since = lines.findLast((line) => line.time)?.time ?? place.since;
        onLines(lines);
      });
      failures = 1;
    } catch (error) {
      if (isProblem(error) && error.status >= CLIENT_ERROR && error.status < SERVER_ERROR && error.status !== TOO_MANY) {
        onState({ kind: "refused", problem: error });
        return;
      }
      failures += 1;
    }
    onState({ kind: "broken" });
    await new Promise((resolve) => setTimeout(resolve, pauseBefore(failures, Math.random())));
  }
}

async function readLines(body: ReadableStream<Uint8Array<ArrayBuffer>>, onLines: (lines: LogLine[]) => void): Promise<void> {
  const lines = new LineReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const read = lines.read(value);
    if (read.length > 0) onLines(read);
  }
}
