import { useEffect, useState } from "react";

import type { LogLine } from "@/shared/api/schema.gen";

import { append, EMPTY_BUFFER, type LogBuffer } from "../model/logBuffer";
import { followLogs, type LogState } from "./followLogs";

/** Lines come in floods; the page takes them in at this pace. */
const GATHER_MS = 100;

export function useLogs(storeId: string): { buffer: LogBuffer; state: LogState } {
  const [buffer, setBuffer] = useState(EMPTY_BUFFER);
  const [state, setState] = useState<LogState>({ kind: "connecting" });
  useEffect(() => {
    const stop = new AbortController();
    let waiting: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const lines = waiting;
      waiting = [];
      setBuffer((before) => append(before, lines));
    };
    void followLogs({
      storeId,
      signal: stop.signal,
      onState: (next) => {
        if (!stop.signal.aborted) setState(next);
      },
      onLines: (lines) => {
        waiting.push(...lines);
        timer ??= setTimeout(flush, GATHER_MS);
      },
    });
    return () => {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
      setBuffer(EMPTY_BUFFER);
    };
  }, [storeId]);
  return { buffer, state };
}
