type MeterProps = { label: string; value: number; max: number; tone?: "accent" | "warn" | "bad" };

const FILL = { accent: "bg-accent", warn: "bg-warn", bad: "bg-bad" } as const;

/** How much of a limit is used; the figures stand beside it in words. */
export function Meter({ label, value, max, tone = "accent" }: MeterProps) {
  const share = max <= 0 ? 1 : Math.min(1, value / max);
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(max, value)}
      aria-valuenow={value}
      aria-valuetext={`${value} of ${max}`}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div className={`h-full rounded-full transition-[width] duration-300 ${FILL[tone]}`} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
