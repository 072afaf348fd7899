import type { ReactNode } from "react";

/** Its name, and its figures. */
export type Row = readonly [string, ...ReactNode[]];

type FigureTableProps = { caption: string; head: readonly string[]; rows: readonly Row[] };

/** The figures of a chart. The first column names the row, all others are numbers. */
export function FigureTable({ caption, head, rows }: FigureTableProps) {
  return (
    <div
      // What is only for readers stands absolutely, and must not widen the page.
      className="relative overflow-x-auto"
      // A frame that scrolls must be reached by the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line">
            {head.map((name, index) => (
              <th
                key={`${name}${index}`}
                scope="col"
                className={`h-9 px-2 text-xs font-medium whitespace-nowrap text-ink-soft first:pl-0 last:pr-0 ${index === 0 ? "text-left" : "text-right"}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row" className="h-8 pr-2 text-left font-normal whitespace-nowrap">
                {name}
              </th>
              {cells.map((cell, index) => (
                <td key={index} className="px-2 text-right whitespace-nowrap tabular last:pr-0">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
