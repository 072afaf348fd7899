import { formatDuration } from "@/shared/lib/duration";

/** A dash where there is no time to say. */
export function timeWords(milliseconds: number | null | undefined): string {
  return milliseconds === null || milliseconds === undefined ? "–" : formatDuration(milliseconds);
}
