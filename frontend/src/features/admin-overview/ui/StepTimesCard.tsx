import { useMemo } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { Provisioning } from "@/shared/api/schema.gen";
import { formatDuration } from "@/shared/lib/duration";
import { Card } from "@/shared/ui/Card";
import { engineName } from "@/shared/ui/engineWords";
import { stepWords } from "@/shared/ui/operation/stepWords";

import { Beside } from "../chart/Beside";
import { Figure } from "../chart/Figure";
import { FigureTable } from "../chart/FigureTable";
import { LazyBarChart } from "../chart/lazyCharts";
import { timeWords } from "../chart/timeWords";
import { whole } from "../chart/whole";
import { stepRows } from "../logic/provisioning";
import { NothingYet } from "./NothingYet";

const HEIGHT = 240;

export function StepTimesCard({ provisioning }: { provisioning: Provisioning }) {
  const rows = useMemo(() => stepRows(provisioning), [provisioning]);
  const categories = useMemo(() => rows.map(({ step }) => step), [rows]);
  const series = useMemo(() => ENGINES.map((engine) => rows.map(({ byEngine }) => byEngine[engine]?.mean_ms ?? null)), [rows]);
  return (
    <Card title="Time of each step" text="The mean, from the first try to the end; tries that failed count.">
      {rows.length === 0 ? (
        <NothingYet text="No step of a provisioning has ended in this time." />
      ) : (
        <Beside>
          <Figure label="Mean time of each step of a provisioning, by engine" legend={ENGINES.map(engineName)} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={formatDuration} height={HEIGHT} />
          </Figure>
          <FigureTable
            caption="Time of each step"
            head={["Step", ...ENGINES.flatMap((engine) => [engineName(engine), "95 % within"]), "Times"]}
            rows={rows.map(({ step, byEngine }) => [
              stepWords(step).title,
              ...ENGINES.flatMap((engine) => [timeWords(byEngine[engine]?.mean_ms), timeWords(byEngine[engine]?.p95_ms)]),
              whole(ENGINES.reduce((sum, engine) => sum + (byEngine[engine]?.done ?? 0), 0)),
            ])}
          />
        </Beside>
      )}
    </Card>
  );
}
