import { Link } from "@tanstack/react-router";
import { useMemo } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { Metric } from "@/shared/api/schema.gen";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { engineName } from "@/shared/ui/engineWords";
import { stepWords } from "@/shared/ui/operation/stepWords";

import { Beside } from "../chart/Beside";
import { Figure } from "../chart/Figure";
import { FigureTable } from "../chart/FigureTable";
import { LazyBarChart } from "../chart/lazyCharts";
import { whole } from "../chart/whole";
import { labelOf, samplesOf } from "../logic/metrics";
import { failures } from "../logic/tables";
import { NothingYet } from "./NothingYet";

const HEIGHT = 200;
const REJECTIONS: Readonly<Record<string, string>> = {
  queue_full: "refused, for the queue was full",
  queue_timeout: "given up, for they waited too long",
};

export function FailuresCard({ metrics }: { metrics: readonly Metric[] }) {
  const rows = useMemo(() => failures(metrics), [metrics]);
  const categories = useMemo(() => rows.map(({ step }) => step), [rows]);
  const series = useMemo(() => ENGINES.map((engine) => rows.map(({ byEngine }) => byEngine[engine] ?? 0)), [rows]);
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  return (
    <Card
      title="Failures"
      text="Provisionings that failed for good, by the step that did."
      actions={
        <Link
          to="/admin/operations"
          search={{ state: ["failed"] }}
          className={buttonClass("secondary", "small")}
        >
          Failed operations
        </Link>
      }
    >
      <Beside>
        {total === 0 ? (
          <NothingYet text="None has failed since this process started." />
        ) : (
          <Figure label={`${total} provisionings failed; by step and engine`} legend={ENGINES.map(engineName)} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={whole} height={HEIGHT} />
          </Figure>
        )}
        <FigureTable
          caption="Failures by step"
          head={["Step", ...ENGINES.map(engineName), "All"]}
          rows={rows.map(({ step, byEngine, total: all }) => [
            stepWords(step).title,
            ...ENGINES.map((engine) => String(byEngine[engine] ?? 0)),
            String(all),
          ])}
        />
      </Beside>
      <Rejections metrics={metrics} />
    </Card>
  );
}

function Rejections({ metrics }: { metrics: readonly Metric[] }) {
  const samples = samplesOf(metrics, "provisioning_rejections_total");
  if (samples.length === 0) return null;
  return (
    <p className="mt-4 text-sm text-ink-soft">
      Besides:{" "}
      {samples
        .map((sample) => {
          const reason = labelOf(sample, "reason");
          return `${sample.value ?? 0} ${REJECTIONS[reason] ?? reason}`;
        })
        .join(", ")}
      .
    </p>
  );
}
