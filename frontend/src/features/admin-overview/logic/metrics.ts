// Reads the metrics as the API gives them: by name and labels.
import type { Metric, MetricSample } from "@/shared/api/schema.gen";

export type Labels = Readonly<Record<string, string>>;

export function samplesOf(metrics: readonly Metric[], name: string): readonly MetricSample[] {
  return metrics.find((metric) => metric.name === name)?.samples ?? [];
}

/** The value of a counter or gauge; null where nothing was recorded with these labels. */
export function valueOf(metrics: readonly Metric[], name: string, labels: Labels = {}): number | null {
  return samplesOf(metrics, name).find((sample) => fits(sample, labels))?.value ?? null;
}

/** All values with these labels together. */
export function totalOf(metrics: readonly Metric[], name: string, labels: Labels = {}): number {
  return samplesOf(metrics, name)
    .filter((sample) => fits(sample, labels))
    .reduce((sum, sample) => sum + (sample.value ?? 0), 0);
}

export function labelOf(sample: MetricSample, name: string): string {
  return sample.labels[name] ?? "";
}

/** Of a histogram, which has a sum and a count; null without values. */
export function meanOf({ count, sum }: Pick<MetricSample, "count" | "sum">): number | null {
  return count && sum !== null && sum !== undefined ? sum / count : null;
}

function fits(sample: MetricSample, labels: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}
