// The kinds of the audit log: the one owner of their words and icons. The kinds are the API's own.
import {
  Ban,
  FileClock,
  KeyRound,
  LockKeyhole,
  LogIn,
  LogOut,
  type LucideIcon,
  Pencil,
  Plus,
  RotateCcw,
  ShieldCheck,
  ShieldOff,
  ShieldX,
  Trash2,
  UserCheck,
  UserCog,
  UserPlus,
  UserX,
} from "lucide-react";

import type { Tone } from "@/shared/ui/tone";

type EventLook = { words: string; icon: LucideIcon; tone: Tone; group: EventGroup };
type EventGroup = "Coming in" | "Own security" | "Stores" | "Operators";

export const EVENT_GROUPS: readonly EventGroup[] = ["Coming in", "Own security", "Stores", "Operators"];

const EVENTS = {
  registration: { words: "Signed up", icon: UserPlus, tone: "ok", group: "Coming in" },
  login_success: { words: "Signed in", icon: LogIn, tone: "ok", group: "Coming in" },
  login_failed: { words: "Could not sign in", icon: ShieldX, tone: "warn", group: "Coming in" },
  account_locked: { words: "Signing in was locked", icon: LockKeyhole, tone: "bad", group: "Coming in" },
  login_rate_limited: { words: "Too many sign-ins", icon: Ban, tone: "bad", group: "Coming in" },
  registration_rate_limited: { words: "Too many sign-ups", icon: Ban, tone: "bad", group: "Coming in" },
  session_ended: { words: "Session ended", icon: LogOut, tone: "neutral", group: "Coming in" },
  password_changed: { words: "Password changed", icon: KeyRound, tone: "info", group: "Own security" },
  factor_enabled: { words: "Second factor turned on", icon: ShieldCheck, tone: "ok", group: "Own security" },
  factor_disabled: { words: "Second factor turned off", icon: ShieldOff, tone: "warn", group: "Own security" },
  recovery_codes_made: { words: "New recovery codes", icon: ShieldCheck, tone: "info", group: "Own security" },
  token_made: { words: "Access token made", icon: KeyRound, tone: "info", group: "Own security" },
  token_first_used: { words: "Access token used for the first time", icon: KeyRound, tone: "info", group: "Own security" },
  token_revoked: { words: "Access token revoked", icon: KeyRound, tone: "neutral", group: "Own security" },
  store_created: { words: "Store asked for", icon: Plus, tone: "ok", group: "Stores" },
  store_retried: { words: "Store tried again", icon: RotateCcw, tone: "info", group: "Stores" },
  store_rebuilt: { words: "Store rebuilt", icon: RotateCcw, tone: "warn", group: "Stores" },
  store_deleted: { words: "Store deleted", icon: Trash2, tone: "warn", group: "Stores" },
  store_changed: { words: "Store changed", icon: Pencil, tone: "info", group: "Stores" },
  credentials_viewed: { words: "Credentials looked at", icon: KeyRound, tone: "warn", group: "Stores" },
  user_suspended: { words: "User suspended", icon: UserX, tone: "bad", group: "Operators" },
  user_restored: { words: "User let in again", icon: UserCheck, tone: "ok", group: "Operators" },
  account_changed: { words: "Plan or limit set", icon: UserCog, tone: "info", group: "Operators" },
  admin_made: { words: "Operator made", icon: UserCog, tone: "warn", group: "Operators" },
  operation_requeued: { words: "Operation queued again", icon: RotateCcw, tone: "info", group: "Operators" },
  namespace_removed: { words: "Namespace removed", icon: Trash2, tone: "warn", group: "Operators" },
  secrets_reencrypted: { words: "Secrets encrypted anew", icon: KeyRound, tone: "info", group: "Operators" },
} as const satisfies Record<string, EventLook>;

export type EventWord = keyof typeof EVENTS;
export const EVENT_WORDS = Object.keys(EVENTS) as EventWord[];

export function eventLook(kind: string): EventLook {
  return kind in EVENTS ? EVENTS[kind as EventWord] : { words: kind, icon: FileClock, tone: "neutral", group: "Operators" };
}
