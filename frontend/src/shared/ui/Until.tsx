import { formatTimeLeft } from "@/shared/lib/duration";
import { formatExact } from "@/shared/lib/time";
import { useNow } from "@/shared/lib/useNow";

import { Hint } from "./Hint";

/** "in 12 s", counting down, and the exact moment on hover and focus; "now" when it has come. */
export function Until({ at }: { at: string }) {
  const now = useNow("second");
  const moment = new Date(at);
  return (
    <Hint text={formatExact(moment)}>
      <time dateTime={at} className="tabular">
        {moment > now ? `in ${formatTimeLeft(moment, now)}` : "now"}
      </time>
    </Hint>
  );
}
