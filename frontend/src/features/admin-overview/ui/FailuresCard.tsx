import { Link } from "@tanstack/react-router";
import { useMemo } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { Provisioning } from "@/shared/api/schema.gen";
import { buttonClass } from "@/shared/ui/buttonClass";
import { Card } from "@/shared/ui/Card";
import { engineName } from "@/shared/ui/engineWords";
import { stepWords } from "@/shared/ui/operation/stepWords";

import { Beside } from "../chart/Beside";
import { Figure } from "../chart/Figure";
import { FigureTable } from "../chart/FigureTable";
import { LazyBarChart } from "../chart/lazyCharts";
import { whole } from "../chart/whole";
import { failureRows } from "../logic/provisioning";
import { NothingYet } from "./NothingYet";

const HEIGHT = 200;

export function FailuresCard({ provisioning }: { provisioning: Provisioning }) {
  const rows = useMemo(() => failureRows(provisioning), [provisioning]);
  const categories = useMemo(() => rows.map(({ step }) => step ?? "no step"), [rows]);
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
          <NothingYet text="None has failed in this time." />
        ) : (
          <Figure label={`${total} provisionings failed; by step and engine`} legend={ENGINES.map(engineName)} height={HEIGHT}>
            <LazyBarChart categories={categories} series={series} format={whole} height={HEIGHT} />
          </Figure>
        )}
        <FigureTable
          caption="Failures by step"
          head={["Step", ...ENGINES.map(engineName), "All"]}
          rows={rows.map(({ step, byEngine, total: all }) => [
            step === null ? "None: waited too long, or lost its worker" : stepWords(step).title,
            ...ENGINES.map((engine) => String(byEngine[engine] ?? 0)),
            String(all),
          ])}
        />
      </Beside>
    </Card>
  );
}
