import { Boxes, Cable, Database, HardDrive, Hourglass, MailWarning, Unplug, Zap } from "lucide-react";

import type { Health, Metric } from "@/shared/api/schema.gen";
import { formatBytes } from "@/shared/lib/bytes";
import { Meter } from "@/shared/ui/Meter";
import type { Tone } from "@/shared/ui/tone";

import { labelOf, samplesOf, valueOf } from "../logic/metrics";
import { Tile } from "./Tile";

type HealthTilesProps = { health: Health; metrics: readonly Metric[] };

/** A disk with less than this share free is worth a look. */
const LITTLE_FREE = 0.1;
const MUCH_IN_USE = 0.8;

export function HealthTiles({ health, metrics }: HealthTilesProps) {
  const { concurrency } = health;
  const queued = concurrency.queued ?? 0;
  const active = concurrency.active ?? 0;
  const letters = valueOf(metrics, "dead_letter_operations") ?? 0;
  const findings = samplesOf(metrics, "reconcile_findings")
    .filter((sample) => labelOf(sample, "kind") !== "healthy")
    .reduce((sum, sample) => sum + (sample.value ?? 0), 0);
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-4">
      <DatabaseTile health={health} metrics={metrics} />
      <ClusterTile health={health} metrics={metrics} />
      <Tile
        label="Permits"
        icon={Zap}
        tone={active >= concurrency.max_concurrent ? "warn" : "ok"}
        value={`${active} of ${concurrency.max_concurrent} at work`}
        text="Operations that run now, over all servers."
        to="/admin/operations/queue"
      >
        <Meter label="Permits taken" value={active} max={concurrency.max_concurrent} tone={active >= concurrency.max_concurrent ? "warn" : "accent"} />
      </Tile>
      <Tile
        label="Queue"
        icon={Hourglass}
        tone={queued === 0 ? "ok" : queued >= concurrency.max_queue * MUCH_IN_USE ? "bad" : "info"}
        value={queued === 0 ? "Nobody waits" : `${queued} waiting`}
        text={`${concurrency.max_queue} provisionings may wait at most.`}
        to="/admin/operations/queue"
      >
        <Meter label="Queue" value={queued} max={concurrency.max_queue} tone={queued >= concurrency.max_queue * MUCH_IN_USE ? "bad" : "accent"} />
      </Tile>
      <PoolsTile metrics={metrics} />
      <DiskTile metrics={metrics} />
      <Tile
        label="Orphans"
        icon={Unplug}
        tone={findings === 0 ? "ok" : "warn"}
        value={findings === 0 ? "Everything fits" : findings === 1 ? "One finding" : `${findings} findings`}
        text="What the last look at the cluster found."
        to="/admin/orphans"
      />
      <Tile
        label="Dead letters"
        icon={MailWarning}
        tone={letters === 0 ? "ok" : "bad"}
        value={letters === 0 ? "None" : letters === 1 ? "One put aside" : `${letters} put aside`}
        text="Operations that no worker survived."
        to="/admin/dead-letters"
      />
    </div>
  );
}

function DatabaseTile({ health, metrics }: HealthTilesProps) {
  const { status, latency_ms: latency } = health.database;
  const size = valueOf(metrics, "database_size_bytes");
  const isUp = status === "ok";
  return (
    <Tile
      label="Database"
      icon={Database}
      tone={isUp ? "ok" : "bad"}
      value={isUp ? "Answers" : "Does not answer"}
      text={[
        typeof latency === "number" ? `${latency.toFixed(1)} ms there and back` : null,
        size === null ? null : `${formatBytes(size)} on its disk`,
      ]
        .filter(Boolean)
        .join(", ")}
    />
  );
}

const CLUSTERS: Readonly<Record<string, { words: string; tone: Tone }>> = {
  ok: { words: "Answers", tone: "ok" },
  unavailable: { words: "Does not answer", tone: "bad" },
  simulated: { words: "Simulated", tone: "warn" },
  unknown: { words: "Not known", tone: "neutral" },
};

function ClusterTile({ health, metrics }: HealthTilesProps) {
  const { status } = health.kubernetes;
  const cluster = CLUSTERS[status] ?? { words: status, tone: "neutral" as const };
  const isOpen = samplesOf(metrics, "cluster_breaker_open").some((sample) => (sample.value ?? 0) > 0);
  return (
    <Tile
      label="Cluster"
      icon={Boxes}
      tone={isOpen ? "bad" : cluster.tone}
      value={cluster.words}
      text={
        isOpen
          ? "The breaker is open: operations wait for the cluster."
          : status === "simulated"
            ? "Stores are pretended; nothing is made anywhere."
            : "The breaker is closed: operations go on."
      }
    />
  );
}

const POOL_NAMES: Readonly<Record<string, string>> = { api: "API", worker: "Worker" };

function PoolsTile({ metrics }: { metrics: readonly Metric[] }) {
  const pools = samplesOf(metrics, "database_pool_connections_max")
    .map((sample) => {
      const pool = labelOf(sample, "pool");
      return { pool, max: sample.value ?? 0, used: valueOf(metrics, "database_pool_connections_in_use", { pool }) ?? 0 };
    })
    .sort((one, other) => one.pool.localeCompare(other.pool));
  const isTight = pools.some(({ used, max }) => used >= max * MUCH_IN_USE);
  return (
    <Tile label="Connections" icon={Cable} tone={isTight ? "warn" : "ok"} value={isTight ? "Nearly all in use" : "Enough free"}>
      <ul className="grid gap-2">
        {pools.map(({ pool, used, max }) => (
          <li key={pool} className="grid gap-1 text-sm text-ink-soft">
            <span className="flex justify-between">
              <span>{POOL_NAMES[pool] ?? pool}</span>
              <span className="tabular">
                {used} of {max}
              </span>
            </span>
            <Meter label={`Connections of the pool ${pool}`} value={used} max={max} tone={used >= max * MUCH_IN_USE ? "warn" : "accent"} />
          </li>
        ))}
      </ul>
    </Tile>
  );
}

function DiskTile({ metrics }: { metrics: readonly Metric[] }) {
  const size = valueOf(metrics, "data_directory_size_bytes");
  const free = valueOf(metrics, "data_directory_free_bytes");
  if (size === null || free === null || size <= 0) {
    return <Tile label="Disk" icon={HardDrive} tone="neutral" value="Not known" text="This process has no data directory." />;
  }
  const isTight = free / size < LITTLE_FREE;
  return (
    <Tile
      label="Disk"
      icon={HardDrive}
      tone={isTight ? "bad" : "ok"}
      value={`${formatBytes(free)} free`}
      text={`Of ${formatBytes(size)}, where Souk keeps its files.`}
    >
      <Meter label="Disk in use" value={Math.round((1 - free / size) * 100)} max={100} tone={isTight ? "bad" : "accent"} />
    </Tile>
  );
}
