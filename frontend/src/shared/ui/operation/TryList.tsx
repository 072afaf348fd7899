// What each try that did not succeed has said, to the letter: folded, for those who look for the cause.
import { ChevronRight } from "lucide-react";

import type { Step, Try } from "@/shared/api/schema.gen";
import { Time } from "@/shared/ui/Time";

import { stepWords } from "./stepWords";

const OUTCOMES: Readonly<Record<string, string>> = {
  failed: "failed for good",
  retrying: "is tried again",
  waiting: "had to wait",
  interrupted: "was interrupted",
};

export function TryList({ steps }: { steps: readonly Step[] }) {
  const tries = steps.flatMap((step) => step.tries.map((each) => ({ step: step.name, each })));
  if (tries.length === 0) return null;
  return (
    <details className="group w-full">
      <summary className="inline-flex min-h-6 items-center gap-1 rounded-md text-sm text-ink-soft hover:text-ink">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        What each try said ({tries.length})
      </summary>
      <ol className="mt-2 grid gap-3 border-l-2 border-line pl-4">
        {tries.map(({ step, each }) => (
          <li key={`${step} ${each.ended_at}`} className="grid gap-0.5 text-sm">
            <p className="text-ink-faint">
              {tryWords(step, each)}, <Time at={each.ended_at} />
            </p>
            <p className="font-mono text-xs break-words whitespace-pre-wrap">{each.reason}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}

function tryWords(step: string, { number, outcome, undo }: Try): string {
  const what = undo ? "Removing" : "Try";
  return `${what} ${number} of “${stepWords(step).title}” ${OUTCOMES[outcome] ?? outcome}`;
}
