import type { Event } from "@/shared/api/schema.gen";
import { formatDuration } from "@/shared/lib/duration";
import { formatClock } from "@/shared/lib/time";
import { Reference } from "@/shared/ui/Reference";
import { Time } from "@/shared/ui/Time";
import { toneText } from "@/shared/ui/tone";

import type { EventGroup } from "../model/timeline";
import { eventLook } from "./eventLook";

export function EventGroupCard({ group }: { group: EventGroup }) {
  const newest = group.events[0];
  if (newest === undefined) return null;
  return (
    <section className="rounded-xl border border-line bg-surface shadow-card">
      <header className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line px-5 py-2.5 text-sm text-ink-soft">
        <Time at={newest.at} />
        {newest.correlation_id ? <Reference id={newest.correlation_id} /> : null}
      </header>
      <ol className="px-5 py-3">
        {group.events.map((event, index) => (
          <EventRow key={event.seq} event={event} isLast={index === group.events.length - 1} />
        ))}
      </ol>
    </section>
  );
}

function EventRow({ event, isLast }: { event: Event; isLast: boolean }) {
  const look = eventLook(event);
  const at = new Date(event.at);
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-3">
      <span className="grid justify-items-center">
        <look.icon aria-hidden className={`mt-0.5 size-4.5 ${toneText[look.tone]}`} />
        {isLast ? null : <span aria-hidden className="my-1 w-px flex-1 bg-line" />}
      </span>
      <p className={`text-sm break-words ${isLast ? "" : "pb-3"}`}>
        {look.words}
        {look.seconds === null ? null : (
          <span className="tabular text-ink-faint"> in {formatDuration(look.seconds * 1000)}</span>
        )}
      </p>
      <time dateTime={event.at} className="tabular text-xs leading-5 text-ink-faint">
        {formatClock(at)}
      </time>
    </li>
  );
}
