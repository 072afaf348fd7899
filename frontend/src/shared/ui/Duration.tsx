import { formatDuration } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";

type DurationProps = { from: string; to?: string | null | undefined };

/** How long something took; while it is not over, it ticks. */
export function Duration({ from, to }: DurationProps) {
  return to ? <Fixed milliseconds={Date.parse(to) - Date.parse(from)} /> : <Ticking from={from} />;
}

function Ticking({ from }: { from: string }) {
  const now = useNow("second");
  const milliseconds = Math.max(0, now.getTime() - Date.parse(from));
  // Whole seconds: tenths that jump once a second only unsettle.
  const text = milliseconds < 10_000 ? `${Math.floor(milliseconds / 1000)} s` : formatDuration(milliseconds);
  return <span className="tabular">{text}</span>;
}

function Fixed({ milliseconds }: { milliseconds: number }) {
  return <span className="tabular">{formatDuration(milliseconds)}</span>;
}
