// What each kind of event looks like. Steps and states look as they do everywhere.
import { Activity, Ban, CircleCheck, CircleX, Eraser, ListPlus, Pencil } from "lucide-react";

import type { Event } from "@/shared/api/schema.gen";
import { stepWords } from "@/shared/ui/operation/stepWords";
import { stepLook } from "@/shared/ui/OperationState";
import { healthLook, type Look, stateLook } from "@/shared/ui/StoreState";

type EventLook = Pick<Look, "icon" | "tone"> & {
  words: string;
  /** How long a step took. */
  seconds: number | null;
};

const STEP_STATES: Readonly<Record<string, string>> = {
  step_started: "running",
  step_succeeded: "done",
  step_retrying: "waiting",
  step_failed: "failed",
  step_undone: "undone",
};

const OTHERS: Readonly<Record<string, Pick<Look, "icon" | "tone">>> = {
  operation_queued: { icon: ListPlus, tone: "neutral" },
  operation_succeeded: { icon: CircleCheck, tone: "ok" },
  operation_failed: { icon: CircleX, tone: "bad" },
  operation_cancelled: { icon: Ban, tone: "neutral" },
  left_over_removed: { icon: Eraser, tone: "neutral" },
  store_changed: { icon: Pencil, tone: "neutral" },
};

export function eventLook(event: Event): EventLook {
  const data = event.data as Record<string, unknown>;
  const seconds = typeof data.seconds === "number" ? data.seconds : null;
  const stepState = STEP_STATES[event.kind];
  if (stepState !== undefined) {
    const { icon, tone } = stepLook(stepState);
    return { icon, tone, seconds, words: stepMessage(event, String(data.step)) };
  }
  if (event.kind === "state_changed") {
    const { icon, tone } = stateLook(String(data.to));
    return { icon, tone, seconds, words: event.message };
  }
  if (event.kind === "health_changed") {
    const { icon, tone } = healthLook(String(data.to ?? data.health));
    return { icon, tone, seconds, words: event.message };
  }
  return { ...(OTHERS[event.kind] ?? { icon: Activity, tone: "neutral" }), seconds, words: event.message };
}

/** The server's words, with the step called what the list of steps calls it. */
function stepMessage(event: Event, step: string): string {
  return event.message.replace(`Step ${step}`, `“${stepWords(step).title}”`);
}
