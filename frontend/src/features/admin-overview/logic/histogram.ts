// What a histogram says: Prometheus keeps a sum, a count, and how many values were not above each bound.
import type { MetricSample } from "@/shared/api/schema.gen";

type Histogram = Pick<MetricSample, "buckets" | "count" | "sum">;

export function meanOf({ count, sum }: Histogram): number | null {
  return count && sum !== null && sum !== undefined ? sum / count : null;
}

/**
 * A bound that so large a share of all values does not exceed; nothing finer is known. `Infinity` where it lies above
 * the last bucket, null without values.
 */
export function boundOf({ buckets, count }: Histogram, share: number): number | null {
  if (!count) return null;
  const bucket = buckets?.find((each) => each.count >= share * count);
  return bucket === undefined ? null : boundary(bucket.le);
}

export type Bucket = { from: number; to: number; count: number };

/** How many values lie in each bucket alone. */
export function bucketsOf({ buckets }: Histogram): Bucket[] {
  let from = 0;
  let below = 0;
  return (buckets ?? []).map(({ le, count }) => {
    const bucket = { from, to: boundary(le), count: count - below };
    from = bucket.to;
    below = count;
    return bucket;
  });
}

/** Without the empty buckets at both ends, of all histograms at once: they have the same bounds. */
export function trimmed(histograms: readonly Bucket[][]): Bucket[][] {
  const isFilled = (index: number) => histograms.some((buckets) => (buckets[index]?.count ?? 0) > 0);
  const length = Math.max(0, ...histograms.map((buckets) => buckets.length));
  const filled = Array.from({ length }, (_, index) => index).filter(isFilled);
  const first = filled[0];
  if (first === undefined) return histograms.map(() => []);
  const last = filled[filled.length - 1] ?? first;
  return histograms.map((buckets) => buckets.slice(first, last + 1));
}

function boundary(le: string): number {
  return le === "+Inf" ? Infinity : Number(le);
}
