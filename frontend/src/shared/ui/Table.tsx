// A table that scrolls in its own frame on narrow pages. Cells are plain `<Th>` and `<Td>`.
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";

type TableProps = { caption: string; head: ReactNode; children: ReactNode };

export function Table({ caption, head, children }: TableProps) {
  return (
    <div
      // What is only for readers stands absolutely, and must not widen the page.
      className="relative overflow-x-auto rounded-xl border border-line bg-surface shadow-card"
      // A frame that scrolls must be reached by the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line bg-sunken/60">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

type ThProps = {
  children?: ReactNode;
  align?: "left" | "right";
  /** The column's word for the server's `sort`, and the order as it is. */
  sort?: { key: string; now: string; onSort: (sort: string) => void };
  className?: string;
};

export function Th({ children, align = "left", sort, className = "" }: ThProps) {
  const side = align === "right" ? "text-right" : "text-left";
  if (sort === undefined) {
    return (
      <th scope="col" className={`h-10 px-4 font-medium whitespace-nowrap text-ink-soft ${side} ${className}`}>
        {children}
      </th>
    );
  }
  const rising = sort.now === sort.key;
  const falling = sort.now === `-${sort.key}`;
  const Icon = rising ? ArrowUp : falling ? ArrowDown : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={rising ? "ascending" : falling ? "descending" : "none"}
      className={`h-10 px-2 font-medium whitespace-nowrap text-ink-soft ${side} ${className}`}
    >
      <button
        type="button"
        className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 hover:bg-sunken hover:text-ink"
        onClick={() => sort.onSort(falling ? sort.key : `-${sort.key}`)}
      >
        {children}
        <Icon aria-hidden className={`size-3.5 ${rising || falling ? "text-accent" : "text-ink-faint"}`} />
      </button>
    </th>
  );
}

type TdProps = { children?: ReactNode; align?: "left" | "right"; className?: string };

export function Td({ children, align = "left", className = "" }: TdProps) {
  return <td className={`h-13 px-4 py-2 ${align === "right" ? "text-right" : ""} ${className}`}>{children}</td>;
}
