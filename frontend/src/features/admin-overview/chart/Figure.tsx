import { type ReactNode, Suspense } from "react";

import { Skeleton } from "@/shared/ui/Skeleton";

type FigureProps = {
  /** What the picture shows, for those who do not see it; the table below has the figures. */
  label: string;
  legend: readonly string[];
  height: number;
  /** A lazy chart. */
  children: ReactNode;
};

const MARKS = ["bg-accent border-accent", "bg-info/25 border-info", "bg-ok border-ok", "bg-warn/25 border-warn"] as const;

/** A chart in its place, which has its size before the chart has come. */
export function Figure({ label, legend, height, children }: FigureProps) {
  return (
    <figure>
      {legend.length > 0 ? (
        <figcaption className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
          {legend.map((name, index) => (
            <span key={name} className="inline-flex items-center gap-1.5">
              <span aria-hidden className={`size-3 rounded-sm border-[1.5px] ${MARKS[index % MARKS.length] ?? ""}`} />
              {name}
            </span>
          ))}
        </figcaption>
      ) : null}
      <div role="img" aria-label={label} style={{ height }}>
        <Suspense fallback={<Skeleton className="h-full" />}>{children}</Suspense>
      </div>
    </figure>
  );
}
