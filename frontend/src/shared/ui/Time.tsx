import { formatExact, formatRelative } from "@/shared/lib/time";
import { useNow } from "@/shared/lib/useNow";

import { Hint } from "./Hint";

/** "3 minutes ago", and the exact moment on hover and focus. */
export function Time({ at }: { at: string | Date }) {
  const now = useNow();
  const moment = typeof at === "string" ? new Date(at) : at;
  return (
    <Hint text={formatExact(moment)}>
      <time dateTime={moment.toISOString()}>{formatRelative(moment, now)}</time>
    </Hint>
  );
}
