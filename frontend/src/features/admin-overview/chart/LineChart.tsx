import { useMemo } from "react";
import type uPlot from "uplot";

import { formatClock } from "@/shared/lib/time";

import { padded } from "./padded";
import { type Palette, readPalette, usePaletteKey } from "./palette";
import { UplotFrame } from "./UplotFrame";

export type LineChartProps = {
  /** Seconds since 1970. */
  times: readonly number[];
  /** Null is a gap. */
  series: readonly (readonly (number | null)[])[];
  format: (value: number) => string;
  height: number;
  /** So much time is shown also where less was seen. */
  span_s: number;
};

/** The picture only; the words are in the figure around it. */
export default function LineChart({ times, series, format, height, span_s: span }: LineChartProps) {
  const paletteKey = usePaletteKey();
  const options = useMemo(
    () => lineOptions(series.length, format, readPalette()),
    // The colours are what the options are made of; values come with the data.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series.length, paletteKey],
  );
  const data = useMemo(() => {
    const shown = padded(times, series, span);
    return [shown.times, ...shown.series] as uPlot.AlignedData;
  }, [times, series, span]);
  return <UplotFrame data={data} options={options} height={height} />;
}

function lineOptions(
  count: number,
  format: (value: number) => string,
  palette: Palette,
): Omit<uPlot.Options, "width" | "height"> {
  const axis = { stroke: palette.text, font: palette.font, ticks: { show: false } };
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 34,
        space: 90,
        values: (_chart, seconds) => seconds.map((second) => formatClock(new Date(second * 1000))),
      },
      { ...axis, grid: { stroke: palette.line, width: 1 }, size: 56, values: (_chart, values) => values.map(format) },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index) => {
        const colour = palette.series[index % palette.series.length] ?? palette.text;
        return {
          stroke: colour,
          width: 2,
          spanGaps: false,
          // One look between two gaps has no line to show it by.
          points: { size: 4 },
          ...(index % 2 === 0 ? { fill: `color-mix(in srgb, ${colour} 10%, transparent)` } : { dash: [5, 4] }),
        };
      }),
    ],
  };
}
