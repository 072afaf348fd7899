// A store's events, as a reader wants them: newest first, those of one request together.
import type { Event } from "@/shared/api/schema.gen";

export type EventGroup = {
  key: string;
  /** What one request set off: it has one reference, from "requested" to "ready". Null for what nobody asked for. */
  correlationId: string | null;
  /** Newest first. */
  events: Event[];
};

/** What changed, and not each step on the way. */
export function isMilestone(event: Event): boolean {
  return !event.kind.startsWith("step_") || event.kind === "step_failed";
}

/** Without the beginnings of steps whose end is there: the end says all, with its time. */
export function withoutBeginnings(oldestFirst: readonly Event[]): Event[] {
  return oldestFirst.filter((event, index) => {
    if (event.kind !== "step_started") return true;
    return !oldestFirst
      .slice(index + 1)
      .some((later) => isOfStep(later) && later.operation_id === event.operation_id && stepOf(later) === stepOf(event));
  });
}

function stepOf(event: Event): unknown {
  return (event.data as Record<string, unknown>).step;
}

function isOfStep(event: Event): boolean {
  return event.kind.startsWith("step_") && event.kind !== "step_undone";
}

export function groupEvents(oldestFirst: readonly Event[]): EventGroup[] {
  const groups: EventGroup[] = [];
  for (let index = oldestFirst.length - 1; index >= 0; index -= 1) {
    const event = oldestFirst[index];
    if (event === undefined) continue;
    const correlationId = event.correlation_id ?? null;
    const last = groups.at(-1);
    if (last?.correlationId === correlationId) last.events.push(event);
    else groups.push({ key: `${correlationId ?? "none"}-${event.seq}`, correlationId, events: [event] });
  }
  return groups;
}
