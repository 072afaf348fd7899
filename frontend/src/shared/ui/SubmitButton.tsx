import { isProblem } from "@/shared/api/problem";
import { formatTimeLeft } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";

import { Button } from "./Button";

type SubmitButtonProps = { busy: boolean; error: unknown; children: string; className?: string };

/** The button of a form. Where the server said when to come again, it waits as long, and shows it. */
export function SubmitButton({ busy, error, children, className = "" }: SubmitButtonProps) {
  const now = useNow("second");
  const retryAt = isProblem(error) ? error.retryAt : null;
  const waits = retryAt !== null && retryAt > now;
  return (
    <Button type="submit" look="primary" size="large" busy={busy} disabled={waits} className={className}>
      {waits ? (
        <span>
          {children} · <span className="tabular">{formatTimeLeft(retryAt, now)}</span>
        </span>
      ) : (
        children
      )}
    </Button>
  );
}
