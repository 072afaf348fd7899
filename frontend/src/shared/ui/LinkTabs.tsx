import { type ReactNode, useEffect, useRef } from "react";

/** Tabs that are addresses: `children` are `<Link className={tabClass} activeProps={{ "aria-current": "page" }}>`. */
export function LinkTabs({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow page the tab that one is on may lie outside.
    ref.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  return (
    <nav ref={ref} aria-label={label} className="-mx-4 mb-6 overflow-x-auto border-b border-line px-4 [scrollbar-width:none] md:mx-0 md:px-0">
      <div className="flex gap-1">{children}</div>
    </nav>
  );
}

export const tabClass =
  "-mb-px inline-flex h-10 items-center gap-2 border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-ink-soft -outline-offset-2 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink";
