// How every problem is shown: what happened, what to do, when to come again, and the reference for the operator.
import { CircleAlert, Hourglass, RotateCw } from "lucide-react";

import { isProblem } from "@/shared/api/problem";
import { canTryAgain, problemWords } from "@/shared/api/problemWords";
import { formatTimeLeft } from "@/shared/lib/duration";
import { useNow } from "@/shared/lib/useNow";

import { Button } from "./Button";
import { Reference } from "./Reference";

type ErrorNoticeProps = {
  error: unknown;
  /** Asks again, where that can help. */
  onRetry?: (() => void) | undefined;
};

export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { title, text, advice } = problemWords(error);
  const problem = isProblem(error) ? error : null;
  return (
    <div role="alert" className="flex gap-3 rounded-xl border border-bad/30 bg-bad-soft p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="grid min-w-0 flex-1 justify-items-start gap-1.5">
        <p className="font-medium">{title}</p>
        {text ? <p className="text-sm break-words">{text}</p> : null}
        {advice ? <p className="text-sm text-ink-soft">{advice}</p> : null}
        {problem?.retryAt ? <TimeLeft until={problem.retryAt} /> : null}
        {onRetry && canTryAgain(error) ? (
          <Button size="small" icon={RotateCw} onClick={onRetry} className="mt-1">
            Try again
          </Button>
        ) : null}
        {problem?.correlationId ? <Reference id={problem.correlationId} /> : null}
      </div>
    </div>
  );
}

/** Counts down to the moment from which on it may be tried again. */
export function TimeLeft({ until }: { until: Date }) {
  const now = useNow("second");
  const over = now >= until;
  return (
    <p className="flex items-center gap-1.5 text-sm font-medium">
      <Hourglass aria-hidden className="size-4" />
      {over ? (
        "You can try again now."
      ) : (
        <span>
          Try again in <span className="tabular">{formatTimeLeft(until, now)}</span>
        </span>
      )}
    </p>
  );
}
