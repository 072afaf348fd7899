import type { ReactNode } from "react";

/** A chart and its table: side by side where there is room. */
export function Beside({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 items-start gap-x-8 gap-y-5 lg:grid-cols-[minmax(0,1fr)_auto]">{children}</div>
  );
}
