// Points in time as people say them. Relative times come with the exact one: see `shared/ui/Time.tsx`.

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
/**
 * Nearer than this is "just now", also a little ahead: pages tick twice a minute, and no two clocks agree. A list
 * that ticks each second is read by nobody.
 */
const NOW_SECONDS = 45;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

export function formatRelative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  if (Math.abs(seconds) < NOW_SECONDS) return "just now";
  for (const [unit, size] of UNITS) {
    const count = seconds / size;
    if (Math.abs(count) >= 1) return relative.format(Math.trunc(count), unit);
  }
  return relative.format(Math.sign(seconds), "minute");
}

export function formatExact(at: Date): string {
  return exact.format(at);
}

export function formatClock(at: Date): string {
  return clock.format(at);
}

export function formatDay(at: Date): string {
  return day.format(at);
}
