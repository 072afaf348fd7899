import { formatDay } from "@/shared/lib/time";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Segmented } from "@/shared/ui/Segmented";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";

import { useProvisioning } from "../api/getProvisioning";
import { type Period, PERIODS } from "../overviewSearch";
import { FailuresCard } from "./FailuresCard";
import { StepTimesCard } from "./StepTimesCard";
import { WholeTimesCard } from "./WholeTimesCard";

const CHOICES = PERIODS.map((period) => ({ value: period, label: period === "365" ? "A year" : `${period} days` }));

type ProvisioningSectionProps = { period: Period; onPeriod: (period: Period) => void };

/** How the provisionings of the last days went, over all workers. */
export function ProvisioningSection({ period, onPeriod }: ProvisioningSectionProps) {
  const provisioning = useProvisioning(Number(period));
  return (
    <>
      <header className="mt-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
        <div>
          <h2 className="text-lg font-semibold">Provisioning</h2>
          <p className="mt-0.5 text-sm text-ink-soft">What has ended since {provisioning.data ? formatDay(new Date(provisioning.data.since)) : "…"}.</p>
        </div>
        <Segmented label="Period" value={period} choices={CHOICES} onChange={onPeriod} />
      </header>
      {provisioning.data ? (
        <div aria-busy={provisioning.isPlaceholderData} className="grid grid-cols-1 gap-6">
          <StepTimesCard provisioning={provisioning.data} />
          <WholeTimesCard provisioning={provisioning.data} />
          <FailuresCard provisioning={provisioning.data} />
        </div>
      ) : provisioning.error ? (
        <ErrorNotice error={provisioning.error} onRetry={() => void provisioning.refetch()} />
      ) : (
        <ProvisioningSkeleton />
      )}
    </>
  );
}

function ProvisioningSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-6">
      <Loading what="the provisionings" />
      <Skeleton className="h-100 rounded-xl" />
      <Skeleton className="h-100 rounded-xl" />
      <Skeleton className="h-80 rounded-xl" />
    </div>
  );
}
