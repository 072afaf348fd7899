// Whether Souk answers, as the requests of this tab have found out. While it does not, this asks once in a while,
// so that pages go on by themselves.
import { observable, useObservable } from "@/shared/lib/observable";

export type Reachability = "ok" | "offline" | "unreachable" | "unavailable";

const ASK_EVERY_MS = 3_000;
const READY = "/api/v1/health/ready";
/** 503 is also the answer of a full queue, which is no outage. */
const OUTAGES = new Set(["database.unavailable", "service.stopping", "client.unreadable"]);

const reachability = observable<Reachability>(isOnline() ? "ok" : "offline");
let timer: ReturnType<typeof setTimeout> | null = null;

export const reachabilityState = reachability;

export function useReachability(): Reachability {
  return useObservable(reachability);
}

export function noteAnswer(): void {
  if (timer === null) reachability.set("ok");
}

export function noteNoAnswer(): void {
  reachability.set(isOnline() ? "unreachable" : "offline");
  askSoon();
}

export function noteOutage(status: number, code: string): void {
  if (status < 502 || !OUTAGES.has(code)) return;
  reachability.set("unavailable");
  askSoon();
}

function askSoon(): void {
  timer ??= setTimeout(() => void ask(), ASK_EVERY_MS);
}

async function ask(): Promise<void> {
  timer = null;
  if (!isOnline()) return;
  try {
    const response = await fetch(READY);
    if (response.ok) {
      reachability.set("ok");
      return;
    }
    reachability.set("unavailable");
  } catch {
    reachability.set("unreachable");
  }
  askSoon();
}

function isOnline(): boolean {
  return typeof navigator === "undefined" || navigator.onLine;
}

if (typeof window !== "undefined") {
  window.addEventListener("offline", () => reachability.set("offline"));
  window.addEventListener("online", () => void ask());
}
