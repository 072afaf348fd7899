import { useMemo } from "react";
import uPlot from "uplot";

import { grouped } from "./grouped";
import { type Palette, readPalette, usePaletteKey } from "./palette";
import { UplotFrame } from "./UplotFrame";

export type BarChartProps = {
  categories: readonly string[];
  series: readonly (readonly (number | null)[])[];
  /** What stands at the axis of values. */
  format: (value: number) => string;
  height: number;
};

const RADIUS = 0.12;
/** About as wide as a letter of the labels is on average, in pixels. */
const LETTER = 6.8;
const TILT = 38;

/** The picture only; the words are in the figure around it. */
export default function BarChart({ categories, series, format, height }: BarChartProps) {
  const paletteKey = usePaletteKey();
  const shape = `${categories.join("|")} ${series.length}`;
  const { xs, ys, width } = useMemo(() => grouped(series), [series]);
  const options = useMemo(
    () => barOptions(categories, series.length, width, format, readPalette()),
    // The words and the colours are what the options are made of; values come with the data.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [shape, paletteKey],
  );
  const data = useMemo(() => [xs, ...ys] as uPlot.AlignedData, [xs, ys]);
  return <UplotFrame data={data} options={options} height={height} />;
}

function barOptions(
  categories: readonly string[],
  count: number,
  width: number,
  format: (value: number) => string,
  palette: Palette,
): Omit<uPlot.Options, "width" | "height"> {
  const axis = { stroke: palette.text, font: palette.font, ticks: { show: false } };
  const longest = Math.max(0, ...categories.map((category) => category.length)) * LETTER;
  const isTight = (chart: uPlot) => longest > chart.width / Math.max(1, categories.length) - LETTER;
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.5, categories.length - 0.5] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: () => categories.map((_, index) => index),
        values: () => [...categories],
        rotate: (chart) => (isTight(chart) ? TILT : 0),
        size: (chart) => (isTight(chart) ? longest * 0.7 + 16 : 34),
      },
      {
        ...axis,
        grid: { stroke: palette.line, width: 1 },
        size: 56,
        values: (_chart, values) => values.map(format),
      },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index) => {
        const colour = palette.series[index % palette.series.length] ?? palette.text;
        // The second of two is an outline: they differ also where colours do not.
        return {
          stroke: colour,
          fill: index % 2 === 0 ? colour : `color-mix(in srgb, ${colour} 25%, transparent)`,
          width: 1.5,
          points: { show: false },
          ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [width * 0.9, 44], radius: RADIUS }) } : {}),
        };
      }),
    ],
  };
}
