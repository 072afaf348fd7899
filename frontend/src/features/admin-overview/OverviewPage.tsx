import { CircleCheck, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";

import type { Health } from "@/shared/api/schema.gen";
import { formatDuration } from "@/shared/lib/duration";
import { Badge } from "@/shared/ui/Badge";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { PageHeader } from "@/shared/ui/PageHeader";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import type { Tone } from "@/shared/ui/tone";

import { useHealth } from "./api/getHealth";
import { useSampledMetrics } from "./api/sampleMetrics";
import { valueOf } from "./logic/metrics";
import { type OverviewSearch, type Period, USUAL_PERIOD } from "./overviewSearch";
import { HealthTiles } from "./ui/HealthTiles";
import { ProvisioningSection } from "./ui/ProvisioningSection";
import { RequestsCard } from "./ui/RequestsCard";
import { StoresByState } from "./ui/StoresByState";

type OverviewPageProps = { search: OverviewSearch; onSearch: (search: OverviewSearch) => void };

export function OverviewPage({ search, onSearch }: OverviewPageProps) {
  const health = useHealth();
  const sampled = useSampledMetrics();
  const metrics = sampled.data?.metrics ?? [];
  const uptime = valueOf(metrics, "process_uptime_seconds");
  const error = health.error ?? sampled.error;
  const onPeriod = (period: Period) => onSearch(period === USUAL_PERIOD ? {} : { days: period });
  return (
    <>
      <PageHeader
        title="Overview"
        heading={
          <span className="flex flex-wrap items-center gap-3">
            Overview
            {health.data ? <PlatformState health={health.data} /> : <Skeleton className="h-6 w-24" />}
          </span>
        }
        text={
          health.data && uptime !== null ? (
            `Souk ${health.data.version}. The server that answers has been up for ${formatDuration(uptime * 1000)}.`
          ) : (
            <Skeleton className="mt-1 h-5 w-80 max-w-full" />
          )
        }
      />
      {health.data && sampled.data ? (
        <div className="grid grid-cols-1 gap-6">
          <HealthTiles health={health.data} metrics={metrics} />
          <StoresByState metrics={metrics} />
          <ProvisioningSection period={search.days ?? USUAL_PERIOD} onPeriod={onPeriod} />
          <RequestsCard metrics={metrics} samples={sampled.data.samples} />
          <p className="text-sm text-ink-faint">
            Requests are counted by the server that answers, since it started. Where Souk runs on several, Prometheus adds
            them up.
          </p>
        </div>
      ) : error ? (
        <ErrorNotice
          error={error}
          onRetry={() => {
            void health.refetch();
            void sampled.refetch();
          }}
        />
      ) : (
        <OverviewSkeleton />
      )}
    </>
  );
}

const STATES: Readonly<Record<string, { words: string; tone: Tone; icon: LucideIcon }>> = {
  ok: { words: "All is well", tone: "ok", icon: CircleCheck },
  degraded: { words: "Degraded", tone: "warn", icon: TriangleAlert },
  down: { words: "Down", tone: "bad", icon: CircleX },
  stopping: { words: "Stopping", tone: "warn", icon: TriangleAlert },
};

function PlatformState({ health }: { health: Health }) {
  const { words, tone, icon } = STATES[health.status] ?? { words: health.status, tone: "neutral", icon: TriangleAlert };
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}

const TILES = 8;

function OverviewSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-6">
      <Loading what="the overview" />
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-4">
        {Array.from({ length: TILES }, (_, index) => (
          <Skeleton key={index} className="h-38 rounded-xl" />
        ))}
      </div>
      <Skeleton className="h-44 rounded-xl" />
      <Skeleton className="h-100 rounded-xl" />
      <Skeleton className="h-100 rounded-xl" />
    </div>
  );
}
