// uPlot in React: made anew when its options change, fed when only the data does, as wide as its place.
import "uplot/dist/uPlot.min.css";

import { useEffect, useRef } from "react";
import uPlot from "uplot";

type UplotFrameProps = {
  data: uPlot.AlignedData;
  /** Changes only when the chart has to be made anew. */
  options: Omit<uPlot.Options, "width" | "height">;
  height: number;
};

export function UplotFrame({ data, options, height }: UplotFrameProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  useEffect(() => {
    latest.current = data;
    chart.current?.setData(data);
  }, [data]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot({ ...options, width: element.clientWidth, height }, latest.current, element);
    chart.current = made;
    const resizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resizes.observe(element);
    return () => {
      resizes.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [options, height]);
  return <div ref={place} aria-hidden className="min-w-0 overflow-hidden" />;
}
