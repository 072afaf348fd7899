import { CloudOff, TriangleAlert, WifiOff } from "lucide-react";

import { type Reachability, useReachability } from "@/shared/api/reachability";

const WORDS: Readonly<Record<Exclude<Reachability, "ok">, { icon: typeof WifiOff; text: string }>> = {
  offline: { icon: WifiOff, text: "You are offline. What you see may be old; it goes on when the connection is back." },
  unreachable: { icon: CloudOff, text: "Souk does not answer right now. What you see may be old; trying again." },
  unavailable: {
    icon: TriangleAlert,
    text: "Souk is out of service for a moment. Stores that run go on; trying again.",
  },
};

/** What concerns all pages. It floats over the page's foot, so that nothing moves when it comes and goes. */
export function Banners() {
  const reachability = useReachability();
  const words = reachability === "ok" ? null : WORDS[reachability];
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-30 flex justify-center p-4">
      {words ? (
        <p className="pointer-events-auto flex max-w-xl animate-appear items-center gap-3 rounded-xl border border-warn/40 bg-warn-soft px-4 py-2.5 text-sm font-medium shadow-raised">
          <words.icon aria-hidden className="size-5 shrink-0 text-warn" />
          {words.text}
        </p>
      ) : null}
    </div>
  );
}
