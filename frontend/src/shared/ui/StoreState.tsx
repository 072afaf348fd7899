// The one owner of what a store's state and health look like: icon, colour and words, on every page.
import {
  CircleCheck,
  CircleHelp,
  CircleSlash,
  CircleX,
  Clock,
  HardDriveDownload,
  LoaderCircle,
  type LucideIcon,
  Trash2,
  TriangleAlert,
} from "lucide-react";

import type { Store } from "@/shared/api/schema.gen";

import { Badge } from "./Badge";
import type { Tone } from "./tone";

export const STORE_STATES = ["requested", "provisioning", "ready", "failed", "deleting", "deleted"] as const;
export type StoreStateWord = (typeof STORE_STATES)[number];

export const HEALTHS = ["up", "degraded", "down", "unknown"] as const;
export type HealthWord = (typeof HEALTHS)[number];

export type Look = {
  icon: LucideIcon;
  tone: Tone;
  words: string;
  /** One sentence, for a page that has the room. */
  meaning: string;
  spinning?: boolean;
};

type Standing = Pick<Store, "state" | "health" | "data_lost">;

const STATES: Readonly<Record<string, Look>> = {
  requested: { icon: Clock, tone: "info", words: "Waiting", meaning: "It is made as soon as it is its turn." },
  provisioning: {
    icon: LoaderCircle,
    tone: "info",
    words: "Being made",
    meaning: "Its shop is set up right now.",
    spinning: true,
  },
  ready: { icon: CircleCheck, tone: "ok", words: "Ready", meaning: "The shop is open and sells." },
  failed: {
    icon: CircleX,
    tone: "bad",
    words: "Failed",
    meaning: "It could not be made. What had been made of it was removed.",
  },
  deleting: { icon: Trash2, tone: "neutral", words: "Being deleted", meaning: "All of it is removed right now." },
  deleted: { icon: CircleSlash, tone: "neutral", words: "Deleted", meaning: "Nothing of it is left but its history." },
};

const DATA_LOST: Look = {
  icon: HardDriveDownload,
  tone: "bad",
  words: "Data lost",
  meaning: "What was in the shop is gone. Rebuild it as an empty shop, or delete it.",
};

const HEALTH_LOOKS: Readonly<Record<string, Look>> = {
  up: { icon: CircleCheck, tone: "ok", words: "Up", meaning: "Everything answers." },
  degraded: {
    icon: TriangleAlert,
    tone: "warn",
    words: "Degraded",
    meaning: "Part of it does not answer; Souk mends it by itself.",
  },
  down: { icon: CircleX, tone: "bad", words: "Down", meaning: "The shop does not answer." },
  unknown: { icon: CircleHelp, tone: "neutral", words: "Not looked at yet", meaning: "Souk looks each minute." },
};

const UNKNOWN: Look = { icon: CircleHelp, tone: "neutral", words: "Unknown", meaning: "This page does not know the word." };

export function stateLook(state: string): Look {
  return STATES[state] ?? { ...UNKNOWN, words: state };
}

export function healthLook(health: string): Look {
  return HEALTH_LOOKS[health] ?? { ...UNKNOWN, words: health };
}

/** State and health as one: what a reader wants to know first. */
export function storeLook({ state, health, data_lost }: Standing): Look {
  if (state !== "ready") return stateLook(state);
  if (data_lost) return DATA_LOST;
  return health === "degraded" || health === "down" ? healthLook(health) : stateLook(state);
}

export function StoreState({ store }: { store: Standing }) {
  return <LookBadge look={storeLook(store)} />;
}


export function LookBadge({ look }: { look: Look }) {
  return (
    <Badge tone={look.tone} icon={look.icon} spinning={look.spinning ?? false} title={look.meaning}>
      {look.words}
    </Badge>
  );
}

/** Whether it changes by itself soon. */
export function isOnTheMove(state: string): boolean {
  return state === "requested" || state === "provisioning" || state === "deleting";
}
