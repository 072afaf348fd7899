import { useMemo } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { Provisioning } from "@/shared/api/schema.gen";
import { Card } from "@/shared/ui/Card";
import { engineName } from "@/shared/ui/engineWords";

import { Beside } from "../chart/Beside";
import { Figure } from "../chart/Figure";
import { FigureTable, type Row } from "../chart/FigureTable";
import { LazyBarChart } from "../chart/lazyCharts";
import { timeWords } from "../chart/timeWords";
import { whole } from "../chart/whole";
import { type BucketRow, bucketRows, timesOf } from "../logic/provisioning";
import { NothingYet } from "./NothingYet";

const HEIGHT = 240;
const LEGEND = ENGINES.map(engineName);

export function WholeTimesCard({ provisioning }: { provisioning: Provisioning }) {
  const rows = useMemo(() => bucketRows(provisioning), [provisioning]);
  const categories = useMemo(() => rows.map(shortBucket), [rows]);
  const series = useMemo(() => ENGINES.map((engine) => rows.map(({ byEngine }) => byEngine[engine] ?? 0)), [rows]);
  const times = ENGINES.map((engine) => timesOf(provisioning.engines, engine));
  return (
    <Card title="Time until a store is ready" text="From the request on, waiting in the queue included: how many took how long.">
      {rows.length === 0 ? (
        <NothingYet text="No store has become ready in this time." />
      ) : (
        <Beside>
          <Figure label="How many stores took how long until they were ready, by engine" legend={LEGEND} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={whole} height={HEIGHT} />
          </Figure>
          <FigureTable
            caption="Stores by the time until they were ready"
            head={["Took", ...LEGEND]}
            rows={[
              ...rows.map((row): Row => [longBucket(row), ...ENGINES.map((engine) => whole(row.byEngine[engine] ?? 0))]),
              ["Stores", ...times.map((of) => whole(of?.ready ?? 0))],
              ["Mean", ...times.map((of) => timeWords(of?.mean_ms))],
              ["95 % within", ...times.map((of) => timeWords(of?.p95_ms))],
            ]}
          />
        </Beside>
      )}
    </Card>
  );
}

function shortBucket({ from_ms: from, below_ms: below }: BucketRow): string {
  return below === null ? `> ${from / 1000} s` : `< ${below / 1000} s`;
}

function longBucket({ from_ms: from, below_ms: below }: BucketRow): string {
  return below === null ? `${from / 1000} s and more` : `${from / 1000} to ${below / 1000} s`;
}
