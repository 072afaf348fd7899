// The one owner of what operations and their steps look like: icon, colour and words, on every page.
import {
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  LoaderCircle,
  Undo2,
} from "lucide-react";

import { type Look, LookBadge } from "./StoreState";

export const OPERATION_STATES = ["queued", "running", "cancelling", "succeeded", "failed", "cancelled"] as const;
export type OperationStateWord = (typeof OPERATION_STATES)[number];


export const OPERATION_KINDS = ["provision", "repair", "resize", "delete"] as const;
export type OperationKindWord = (typeof OPERATION_KINDS)[number];


const OPERATIONS: Readonly<Record<string, Look>> = {
  queued: { icon: Clock, tone: "info", words: "Waiting", meaning: "It begins as soon as it is its turn." },
  running: { icon: LoaderCircle, tone: "info", words: "Running", meaning: "It is at work.", spinning: true },
  cancelling: { icon: LoaderCircle, tone: "warn", words: "Stopping", meaning: "A delete has asked it to stop.", spinning: true },
  succeeded: { icon: CircleCheck, tone: "ok", words: "Done", meaning: "It ended well." },
  failed: { icon: CircleX, tone: "bad", words: "Failed", meaning: "It ended without success." },
  cancelled: { icon: Ban, tone: "neutral", words: "Cancelled", meaning: "A delete stopped it." },
};

const STEPS: Readonly<Record<string, Look>> = {
  waiting: { icon: CircleDashed, tone: "neutral", words: "Waiting", meaning: "Its turn has not come yet." },
  running: { icon: LoaderCircle, tone: "info", words: "Running", meaning: "It is at work.", spinning: true },
  done: { icon: CircleCheck, tone: "ok", words: "Done", meaning: "It ended well." },
  failed: { icon: CircleX, tone: "bad", words: "Failed", meaning: "It could not be done." },
  undone: { icon: Undo2, tone: "warn", words: "Undone", meaning: "What it had made was removed." },
  cancelled: { icon: Ban, tone: "neutral", words: "Cancelled", meaning: "It was under way when the operation ended." },
  skipped: { icon: Circle, tone: "neutral", words: "Not begun", meaning: "The operation ended before it began." },
};

const KINDS: Readonly<Record<string, string>> = {
  provision: "Create",
  repair: "Repair",
  resize: "Change of size",
  delete: "Delete",
};

export function operationLook(state: string): Look {
  return OPERATIONS[state] ?? { icon: Circle, tone: "neutral", words: state, meaning: "" };
}

export function stepLook(state: string): Look {
  return STEPS[state] ?? { icon: Circle, tone: "neutral", words: state, meaning: "" };
}

export function operationKind(kind: string): string {
  return KINDS[kind] ?? kind;
}

export function OperationState({ state }: { state: string }) {
  return <LookBadge look={operationLook(state)} />;
}


/** Whether nothing will change about it any more. */
export function isOver(state: string): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}
