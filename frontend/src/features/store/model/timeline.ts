// A store's events, as a reader wants them: newest first, those of one operation together.
import type { Event } from "@/shared/api/schema.gen";

export type EventGroup = {
  key: string;
  /** Null for what no operation did. */
  operationId: string | null;
  /** Newest first. */
  events: Event[];
};

/** What changed, and not each step on the way. */
export function isMilestone(event: Event): boolean {
  return !event.kind.startsWith("step_") || event.kind === "step_failed";
}

export function groupEvents(oldestFirst: readonly Event[]): EventGroup[] {
  const groups: EventGroup[] = [];
  for (let index = oldestFirst.length - 1; index >= 0; index -= 1) {
    const event = oldestFirst[index];
    if (event === undefined) continue;
    const operationId = event.operation_id ?? null;
    const last = groups.at(-1);
    if (last?.operationId === operationId) last.events.push(event);
    else groups.push({ key: `${operationId ?? "none"}-${event.seq}`, operationId, events: [event] });
  }
  return groups;
}
