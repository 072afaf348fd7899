import { useMemo, useState } from "react";

import type { Metric } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";

import { Figure } from "../chart/Figure";
import { FigureTable } from "../chart/FigureTable";
import { LazyLineChart } from "../chart/lazyCharts";
import { type Rate, ratesOf, type Sample } from "../logic/rates";
import { routeRows } from "../logic/routeRows";

const HEIGHT = 200;
const SPAN_S = 120;
const ROUTES_SHOWN = 8;

type RequestsCardProps = { metrics: readonly Metric[]; samples: readonly Sample[] };

export function RequestsCard({ metrics, samples }: RequestsCardProps) {
  const rates = useMemo(() => ratesOf(samples), [samples]);
  const times = useMemo(() => rates.map(({ at_ms: at }) => at / 1000), [rates]);
  const counts = useMemo(() => [rates.map(({ requests }) => requests), rates.map(({ errors }) => errors)], [rates]);
  const waits = useMemo(() => [rates.map(({ mean_ms: mean }) => mean)], [rates]);
  const now = rates.findLast(({ requests }) => requests !== null);
  return (
    <Card title="Requests" text="Seen while this page is open, every five seconds; below, since the process started.">
      <div className="grid grid-cols-1 gap-6">
        <div className="grid grid-cols-1 gap-6 lg:grid-cols-2">
          <div>
            <Now value={now?.requests} unit="requests a second" digits={1} />
            <Figure label="Requests and failed ones a second, over time" legend={["Requests", "Answered with 5xx"]} height={HEIGHT}>
              {times.length === 0 ? (
                <FirstLook />
              ) : (
                <LazyLineChart times={times} series={counts} format={short} height={HEIGHT} span_s={SPAN_S} />
              )}
            </Figure>
          </div>
          <div>
            <Now value={now?.mean_ms} unit="ms until the answer" digits={1} />
            <Figure label="Mean time until the answer in milliseconds, over time" legend={["Mean time"]} height={HEIGHT}>
              {times.length === 0 ? (
                <FirstLook />
              ) : (
                <LazyLineChart times={times} series={waits} format={short} height={HEIGHT} span_s={SPAN_S} />
              )}
            </Figure>
          </div>
        </div>
        <SeenTable rates={rates} />
        <Routes metrics={metrics} />
      </div>
    </Card>
  );
}

/** A rate takes two looks. */
function FirstLook() {
  return (
    <p className="grid h-full place-items-center rounded-xl border border-dashed border-line-strong text-sm text-ink-soft">
      The first figures come in a few seconds.
    </p>
  );
}

function Now({ value, unit, digits }: { value: number | null | undefined; unit: string; digits: number }) {
  return (
    <p className="mb-1 text-sm text-ink-soft">
      <span className="text-xl font-semibold text-ink tabular">{value === null || value === undefined ? "–" : value.toFixed(digits)}</span>{" "}
      {unit}
    </p>
  );
}

const SEEN_SHOWN = 12;

function SeenTable({ rates }: { rates: readonly Rate[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="grid grid-cols-1 justify-items-start gap-2">
      <Button size="small" look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Hide the figures of the lines" : "Show the figures of the lines"}
      </Button>
      {isOpen ? (
        <div className="w-full">
          <FigureTable
            caption="Requests over time"
            head={["At", "Requests a second", "5xx a second", "Mean time"]}
            rows={rates.slice(-SEEN_SHOWN).map((rate) => [
              new Date(rate.at_ms).toLocaleTimeString("en-GB"),
              rate.requests?.toFixed(1) ?? "–",
              rate.errors?.toFixed(1) ?? "–",
              rate.mean_ms === null ? "–" : `${rate.mean_ms.toFixed(1)} ms`,
            ])}
          />
        </div>
      ) : null}
    </div>
  );
}

function Routes({ metrics }: { metrics: readonly Metric[] }) {
  const rows = useMemo(() => routeRows(metrics), [metrics]);
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, ROUTES_SHOWN);
  return (
    <div className="grid grid-cols-1 justify-items-center gap-3">
      <div className="w-full">
        <FigureTable
          caption="Requests by route"
          head={["Route", "Requests", "4xx", "5xx", "Mean time"]}
          rows={shown.map(({ method, route, requests, refused, errors, mean_ms: mean }) => [
            `${method} ${route}`,
            String(requests),
            String(refused),
            errors > 0 ? (
              <span key="errors" className="font-medium text-bad">
                {errors}
              </span>
            ) : (
              "0"
            ),
            mean === null ? "–" : `${mean.toFixed(1)} ms`,
          ])}
        />
      </div>
      {rows.length > ROUTES_SHOWN ? (
        <Button size="small" look="quiet" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${rows.length} routes`}
        </Button>
      ) : null}
    </div>
  );
}

function short(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Math.round(value * 100) / 100);
}
