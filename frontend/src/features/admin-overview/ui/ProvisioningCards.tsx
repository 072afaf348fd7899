import { useMemo } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { Metric } from "@/shared/api/schema.gen";
import { formatDuration } from "@/shared/lib/duration";
import { Card } from "@/shared/ui/Card";
import { engineName } from "@/shared/ui/engineWords";
import { stepWords } from "@/shared/ui/operation/stepWords";

import { Beside } from "../chart/Beside";
import { Figure } from "../chart/Figure";
import { FigureTable, type Row } from "../chart/FigureTable";
import { LazyBarChart } from "../chart/lazyCharts";
import { whole } from "../chart/whole";
import type { Bucket } from "../logic/histogram";
import { type StepTime, stepTimes, wholeTimes } from "../logic/tables";
import { NothingYet } from "./NothingYet";

const HEIGHT = 240;
const LEGEND = ENGINES.map(engineName);

type CardProps = { metrics: readonly Metric[] };

export function StepTimesCard({ metrics }: CardProps) {
  const times = useMemo(() => stepTimes(metrics), [metrics]);
  const categories = useMemo(() => times.map(({ step }) => step), [times]);
  const series = useMemo(() => ENGINES.map((engine) => times.map(({ byEngine }) => byEngine[engine]?.mean ?? null)), [times]);
  return (
    <Card title="Time of each step" text="The mean of the tries that went well, by engine.">
      {times.length === 0 ? (
        <NothingYet text="No step of a provisioning has ended yet." />
      ) : (
        <Beside>
          <Figure label="Mean time of each step of a provisioning, by engine" legend={LEGEND} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={seconds} height={HEIGHT} />
          </Figure>
          <FigureTable
            caption="Time of each step"
            head={["Step", ...ENGINES.flatMap((engine) => [engineName(engine), "95 % within"]), "Tries"]}
            rows={times.map(({ step, byEngine }) => [
              stepWords(step).title,
              ...ENGINES.flatMap((engine) => [meanWords(byEngine[engine]), boundWords(byEngine[engine]?.bound)]),
              whole(ENGINES.reduce((sum, engine) => sum + (byEngine[engine]?.count ?? 0), 0)),
            ])}
          />
        </Beside>
      )}
    </Card>
  );
}

export function WholeTimesCard({ metrics }: CardProps) {
  const { buckets, summary } = useMemo(() => wholeTimes(metrics), [metrics]);
  const bounds = useMemo<readonly Bucket[]>(() => Object.values(buckets).find((each) => each.length > 0) ?? [], [buckets]);
  const categories = useMemo(() => bounds.map(shortBucket), [bounds]);
  const series = useMemo(() => ENGINES.map((engine) => counts(buckets[engine], bounds.length)), [buckets, bounds.length]);
  return (
    <Card title="Time until a store is ready" text="From the request on, waiting in the queue included: how many took how long.">
      {bounds.length === 0 ? (
        <NothingYet text="No store has become ready yet." />
      ) : (
        <Beside>
          <Figure label="How many stores took how long until they were ready, by engine" legend={LEGEND} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={whole} height={HEIGHT} />
          </Figure>
          <FigureTable
            caption="Stores by the time until they were ready"
            head={["Took", ...LEGEND]}
            rows={[
              ...bounds.map((bucket, index): Row => [
                longBucket(bucket),
                ...ENGINES.map((engine) => whole(buckets[engine]?.[index]?.count ?? 0)),
              ]),
              ["Stores", ...ENGINES.map((engine) => whole(summary[engine]?.count ?? 0))],
              ["Mean", ...ENGINES.map((engine) => meanWords(summary[engine]))],
              ["95 % within", ...ENGINES.map((engine) => boundWords(summary[engine]?.bound))],
            ]}
          />
        </Beside>
      )}
    </Card>
  );
}

function meanWords(time: StepTime | undefined): string {
  return time === undefined || time.mean === null ? "–" : seconds(time.mean);
}

function boundWords(bound: number | null | undefined): string {
  if (bound === null || bound === undefined) return "–";
  return Number.isFinite(bound) ? seconds(bound) : "longer";
}

function counts(buckets: readonly Bucket[] | undefined, length: number): number[] {
  return Array.from({ length }, (_, index) => buckets?.[index]?.count ?? 0);
}

function shortBucket({ to, from }: Bucket): string {
  return Number.isFinite(to) ? `≤ ${to} s` : `> ${from} s`;
}

function longBucket({ from, to }: Bucket): string {
  return Number.isFinite(to) ? `${from} to ${to} s` : `more than ${from} s`;
}

function seconds(value: number): string {
  return formatDuration(value * 1000);
}
