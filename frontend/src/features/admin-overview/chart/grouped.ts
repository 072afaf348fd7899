// Bars of several series side by side: uPlot draws each series over the same points, so each gets points of its own.

/** Of the room of a category, all its bars together. */
const FILLED = 0.72;

export type Grouped = {
  xs: number[];
  /** Undefined at the points of other series: uPlot leaves them out altogether. */
  ys: (number | null | undefined)[][];
  /** Of each bar, as a share of a category's room. */
  width: number;
};

export function grouped(series: readonly (readonly (number | null)[])[]): Grouped {
  const width = FILLED / Math.max(1, series.length);
  const length = Math.max(0, ...series.map((values) => values.length));
  const xs: number[] = [];
  const ys: (number | null | undefined)[][] = series.map(() => []);
  for (let category = 0; category < length; category += 1) {
    series.forEach((values, place) => {
      xs.push(category + (place - (series.length - 1) / 2) * width);
      ys.forEach((column, other) => column.push(other === place ? (values[category] ?? null) : undefined));
    });
  }
  return { xs, ys, width };
}
