import type { AdminOperation } from "@/shared/api/schema.gen";
import { stepWords } from "@/shared/ui/operation/stepWords";

type StepProgressProps = { operation: Pick<AdminOperation, "state" | "step" | "steps_done" | "steps_total"> };

/** How many steps are done, one piece for each: steps take their own time, so this is no share of it. */
export function StepProgress({ operation }: StepProgressProps) {
  const { state, step, steps_done: done, steps_total: total } = operation;
  const isAtWork = state === "running" || state === "cancelling";
  return (
    <span className="grid w-36 gap-1">
      <span className="truncate text-xs text-ink-soft">
        {done} of {total}
        {step && (isAtWork || state === "failed") ? ` · ${stepWords(step.name).title}` : ""}
      </span>
      <span aria-hidden className="flex gap-0.5">
        {Array.from({ length: total }, (_, index) => (
          <span key={index} className={`h-1 flex-1 rounded-full ${pieceClass(index, done, state, isAtWork)}`} />
        ))}
      </span>
    </span>
  );
}

function pieceClass(index: number, done: number, state: string, isAtWork: boolean): string {
  if (index < done) return state === "failed" ? "bg-line-strong" : "bg-ok";
  if (index > done) return "bg-line";
  if (state === "failed") return "bg-bad";
  return isAtWork ? "animate-shimmer bg-info" : "bg-line";
}
