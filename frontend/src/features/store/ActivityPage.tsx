import { History } from "lucide-react";
import { useMemo, useState } from "react";

import { Checkbox } from "@/shared/ui/Checkbox";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";

import { useStoreEvents } from "./api/listEvents";
import { groupEvents, isMilestone, withoutBeginnings } from "./model/timeline";
import { EventGroupCard } from "./ui/EventGroupCard";

const SKELETONS = 2;

export function ActivityPage({ id }: { id: string }) {
  const events = useStoreEvents(id);
  const [withSteps, setWithSteps] = useState(true);
  const groups = useMemo(
    () => groupEvents(withSteps ? withoutBeginnings(events.data ?? []) : (events.data ?? []).filter(isMilestone)),
    [events.data, withSteps],
  );
  return (
    <div className="grid max-w-3xl gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">What happened, newest first</h2>
        <Checkbox label="Show each step" checked={withSteps} onChange={({ target }) => setWithSteps(target.checked)} />
      </div>
      {events.error && events.data === undefined ? (
        <ErrorNotice error={events.error} onRetry={() => void events.refetch()} />
      ) : events.data === undefined ? (
        <>
          <Loading what="the events" />
          {Array.from({ length: SKELETONS }, (_, index) => (
            <Skeleton key={index} className="h-64 rounded-xl" />
          ))}
        </>
      ) : groups.length === 0 ? (
        <EmptyState icon={History} title="Nothing has happened yet" text="What happens to the store stands here at once." />
      ) : (
        groups.map((group) => <EventGroupCard key={group.key} group={group} />)
      )}
    </div>
  );
}
