/**
 * A window of at least so many seconds up to the last moment: while less was seen, what comes before is empty. uPlot
 * has no scale for a single moment.
 */
export function padded(
  times: readonly number[],
  series: readonly (readonly (number | null)[])[],
  span_s: number,
): { times: number[]; series: (number | null)[][] } {
  const [first, last] = [times[0], times[times.length - 1]];
  const isShort = first !== undefined && last !== undefined && last - first < span_s;
  if (!isShort) return { times: [...times], series: series.map((values) => [...values]) };
  return { times: [last - span_s, ...times], series: series.map((values) => [null, ...values]) };
}
