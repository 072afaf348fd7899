// Who is signed in, in this tab. The access token lives in this module's memory and nowhere else; the refresh
// token is in a cookie that no script can read. Other tabs hear of signing in and out through a channel.
import { observable, useObservable } from "@/shared/lib/observable";

import type { Session } from "./schema.gen";

export type SignedIn = {
  userId: string;
  accountId: string;
  sessionId: string;
  isOperator: boolean;
};

export type SessionState =
  /** Before the first look at the cookie. */
  | { status: "unknown" }
  | { status: "signed-in"; user: SignedIn }
  | { status: "signed-out"; because: Absence };

/** Nobody was signed in when the page began; or the session has ended; or its user has left, here or in another tab. */
export type Absence = "nobody" | "ended" | "left";

type Message = { kind: "signed-out" } | { kind: "signed-in"; userId: string };
type Token = { value: string; goodUntil: number };

/** A token that ends sooner than this is renewed before it is sent. */
const RENEW_AHEAD_MS = 10_000;
/** Says only that a refresh is worth a try: without it, a visitor's first page would begin with a refused request. */
const HINT = "souk.signed-in";
const LOCK = "souk.refresh";

const state = observable<SessionState>({ status: "unknown" });
let token: Token | null = null;
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("souk.session");

channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
  const now = state.get();
  if (data.kind === "signed-out") leave("left");
  else if (now.status === "signed-out") location.reload();
  // Another tab signed somebody else in: the cookie is theirs now, so this page must not go on as before.
  else if (now.status === "signed-in" && data.userId !== now.user.userId) location.reload();
});

export function useSession(): SessionState {
  return useObservable(state);
}

export const sessionState = state;

/** After signing in or up, with the answer of the server. */
export function enter(session: Session): void {
  adopt(session);
  channel?.postMessage({ kind: "signed-in", userId: session.user_id } satisfies Message);
}

/** Forgets the session here and in all tabs; the server has been told, or will refuse the token anyway. */
export function signedOut(): void {
  leave("left");
  channel?.postMessage({ kind: "signed-out" } satisfies Message);
}

export type Renewal = "renewed" | "signed-out" | "unreachable";

let renewal: Promise<Renewal> | null = null;

/** The next access token. All callers of this tab share one request, and tabs take turns. */
export function renew(): Promise<Renewal> {
  renewal ??= oneAtATime(askForToken).finally(() => {
    renewal = null;
  });
  return renewal;
}

/** At the start of the page: whether somebody is signed in. */
export async function resume(): Promise<Renewal> {
  if (!hinted()) {
    leave("nobody");
    return "signed-out";
  }
  return renew();
}

/** A token that is good for some seconds more, or null where nobody is signed in. */
export async function freshToken(): Promise<string | null> {
  if (token !== null && token.goodUntil - RENEW_AHEAD_MS > Date.now()) return token.value;
  if (token === null && state.get().status !== "signed-in") return null;
  await renew();
  return presentToken();
}

/** The token as it is now, however long it lasts. */
export function presentToken(): string | null {
  return token?.value ?? null;
}

async function askForToken(): Promise<Renewal> {
  let response: Response;
  try {
    response = await fetch("/api/v1/auth/refresh", { method: "POST", credentials: "same-origin" });
  } catch {
    return "unreachable";
  }
  if (response.ok) {
    adopt((await response.json()) as Session);
    return "renewed";
  }
  // Only the server's own word ends a session: what it could not answer it may answer later.
  if (response.status !== 401 && response.status !== 403) return "unreachable";
  // A hint without a session is one that ended while no page was open.
  leave("ended");
  return "signed-out";
}

function adopt(session: Session): void {
  const now = state.get();
  if (now.status === "signed-in" && now.user.userId !== session.user_id) {
    location.reload();
    return;
  }
  token = { value: session.access_token, goodUntil: Date.now() + session.expires_in * 1000 };
  hint(true);
  if (now.status === "signed-in" && now.user.sessionId === session.session_id) return;
  const { user_id: userId, account_id: accountId, session_id: sessionId } = session;
  state.set({ status: "signed-in", user: { userId, accountId, sessionId, isOperator: session.role === "admin" } });
}

function leave(because: Absence): void {
  token = null;
  hint(false);
  // Once is enough: those who hear of it ask the router again.
  if (state.get().status !== "signed-out") state.set({ status: "signed-out", because });
}

async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? await navigator.locks.request(LOCK, work) : work();
}

function hinted(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function hint(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, "1");
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage the next page asks the server, as if there were a hint.
  }
}
