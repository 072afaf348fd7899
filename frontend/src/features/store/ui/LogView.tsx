// Thousands of lines, of which only those in sight are in the page. Scrolling up stops following.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";

import { formatClock, formatExact } from "@/shared/lib/time";

import { cutAtHits, type NumberedLine } from "../model/logBuffer";

type LogViewProps = {
  lines: readonly NumberedLine[];
  wanted: string;
  /** The line of the hit that was gone to. */
  chosen: number | null;
  follows: boolean;
  onFollow: (follows: boolean) => void;
  empty: ReactNode;
};

const LINE_PX = 22;
const OVERSCAN = 20;
/** Nearer to the end than this counts as being there. */
const END_PX = 24;

export function LogView({ lines, wanted, chosen, follows, onFollow, empty }: LogViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  // The library keeps its own state; the compiler is told so by its rule, and this project does not use it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN,
    getItemKey: (index) => lines[index]?.number ?? index,
  });

  useEffect(() => {
    if (follows && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follows, lines.length, virtual]);
  useEffect(() => {
    if (chosen !== null && !follows) virtual.scrollToIndex(chosen, { align: "center" });
  }, [chosen, follows, virtual]);

  /** A wheel or a key upwards stops following; being at the end again does not start it by itself. */
  const onUserScroll = () => {
    const element = frame.current;
    if (element === null || !follows) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight > END_PX) onFollow(false);
  };

  return (
    // It only hears that its user scrolls away; there is nothing to press.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={frame}
      role="log"
      aria-live="off"
      aria-label="Lines of the log"
      // A frame that scrolls must be reached by the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onFollow(false);
      }}
      onTouchMove={onUserScroll}
      onKeyUp={onUserScroll}
      onPointerUp={onUserScroll}
      className="h-[min(36rem,65dvh)] overflow-auto rounded-xl border border-line bg-sunken py-2 font-mono text-xs leading-[22px] shadow-card"
    >
      {lines.length === 0 ? (
        <div className="font-sans text-base">{empty}</div>
      ) : (
        <div className="relative min-w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index];
            return line ? (
              <div
                key={key}
                data-index={index}
                ref={virtual.measureElement}
                className={`absolute top-0 left-0 flex w-full gap-3 px-4 ${index === chosen ? "bg-warn-soft" : "hover:bg-line/40"}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LineTime time={line.time} />
                <span className="w-24 shrink-0 truncate text-accent max-sm:hidden" title={line.pod}>
                  {line.container}
                </span>
                <span className="min-w-0 flex-1 break-all whitespace-pre-wrap">
                  <Marked text={line.text} wanted={wanted} />
                </span>
              </div>
            ) : null;
          })}
        </div>
      )}
    </div>
  );
}

function LineTime({ time }: { time: string | null | undefined }) {
  if (!time) return <span className="w-16 shrink-0 text-ink-faint">–</span>;
  const at = new Date(time);
  return (
    <time dateTime={time} title={formatExact(at)} className="w-16 shrink-0 text-ink-faint">
      {formatClock(at)}
    </time>
  );
}

function Marked({ text, wanted }: { text: string; wanted: string }) {
  return cutAtHits(text, wanted).map((piece, index) =>
    index % 2 === 1 ? (
      <mark key={index} className="rounded-xs bg-warn text-ground">
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
