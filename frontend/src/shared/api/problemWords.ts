// The one place where a problem becomes words: what happened, and what to do.
import { isProblem } from "./problem";

export type ProblemWords = {
  title: string;
  /** What happened this time. */
  text: string;
  /** What the reader can do about it. */
  advice: string | null;
};

/** Whether the same request may be sent again by a click. */
export function canTryAgain(error: unknown): boolean {
  if (!isProblem(error)) return true;
  return error.status === 0 || error.status >= 500 || error.status === 429 || error.code === "request.timeout";
}

const ADVICE: Readonly<Record<string, string>> = {
  "client.offline": "Nothing is lost. This page goes on when your connection is back.",
  "client.unreachable": "It may be restarting. Try again in a moment.",
  "client.unreadable": "Something between you and Souk answered in its place. Try again in a moment.",
  "request.rate_limited": "You may go on when the time is over.",
  "request.timeout": "Try again in a moment.",
  "service.stopping": "Another server takes over. Try again in a moment.",
  "database.unavailable": "Nothing was changed. Try again in a moment.",
  "cluster.unavailable": "Stores that run go on. Try again in a moment.",
  "internal": "Try again. If it happens again, tell the operator the reference below: it leads to what went wrong.",
  "stream.limit": "Close another tab of Souk: only so many may listen at once.",
  "auth.token_invalid": "Sign in again.",
  "auth.token_expired": "Sign in again.",
  "auth.refresh_invalid": "Sign in again.",
  "auth.invalid_credentials": "Look at both. Five wrong tries in a row lock the address for 15 minutes.",
  "auth.challenge_invalid": "Begin again with your password.",
  "auth.wrong_code": "Wait for the app's next code, or take a recovery code.",
  "auth.wrong_password": "Type the password that you sign in with.",
  "auth.wrong_origin": "Open Souk at its own address and sign in there.",
  "auth.setup_token_missing": "Souk prints it on its standard output until the first user has signed up.",
  "auth.suspended": "Ask the operator of this Souk why, and what to do.",
  "auth.admin_only": "Ask an operator.",
  "auth.locked": "Who is signed in stays signed in. You can sign in again when the time is over.",
  "auth.sign_in_limited": "Too many sign-ins from your network went wrong. You can try again when the time is over.",
  "auth.registration_limited": "Many have signed up from your network. You can try again when the time is over.",
  "auth.busy": "Try again in a second.",
  "auth.email_taken": "Sign in with it, or take another address.",
  "session.not_found": "It has ended already.",
  "token.not_found": "It was revoked already.",
  "token.limit": "Revoke one that is not used any more.",
  "user.is_you": "Ask another operator.",
  "store.limit": "Delete a store that you no longer need, or ask the operator for more.",
  "store.cooldown": "You can create the next one when the time is over.",
  "store.name_taken": "Take another name.",
  "store.word_refused": "Take another name or title.",
  "store.theme_missing": "Take another look, or ask the operator to bring its files.",
  "store.plan_too_large": "Take a smaller plan, or ask the operator for a larger one.",
  "store.not_failed": "The store has gone on meanwhile. The page shows it as it is now.",
  "store.not_ready": "Wait until the store is ready.",
  "store.conflict": "The store has changed meanwhile. Look at it again, and decide anew.",
  "store.version_mismatch": "The store has changed meanwhile. Look at it again, and decide anew.",
  "store.operation_in_progress": "Something is at work on the store. Wait for its end.",
  "store.data_not_lost": "The store's data is there; there is nothing to rebuild.",
  "store.name_mismatch": "Type the store's name as it is.",
  "provisioning.queue_full": "Many stores are being made right now. Nothing was changed; try again in a moment.",
};

export function problemWords(error: unknown): ProblemWords {
  if (!isProblem(error)) {
    return {
      title: "This page met a fault of its own",
      text: error instanceof Error ? error.message : "It did not say which.",
      advice: "Load the page again. Your stores are not touched by this.",
    };
  }
  const byField = error.fields.map(({ field, message }) => `${field} ${message}`).join("; ");
  const text = error.code === "request.invalid" && byField !== "" ? byField : error.detail;
  return { title: error.title, text: text === error.title ? "" : text, advice: ADVICE[error.code] ?? null };
}
