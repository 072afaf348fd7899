// All steps of an operation from the start, each with its state and its time. There is no percentage: nobody knows one.
import type { Step } from "@/shared/api/schema.gen";
import { Duration } from "@/shared/ui/Duration";
import { stepLook } from "@/shared/ui/OperationState";
import { toneText } from "@/shared/ui/tone";

import { stepWords } from "./stepWords";

export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="grid">
      {steps.map((step, index) => (
        <StepRow key={step.name} step={step} isLast={index === steps.length - 1} />
      ))}
    </ol>
  );
}

function StepRow({ step, isLast }: { step: Step; isLast: boolean }) {
  const look = stepLook(step.state);
  const words = stepWords(step.name);
  const Icon = look.icon;
  const isQuiet = step.state === "waiting" || step.state === "skipped";
  return (
    <li className="grid grid-cols-[1.75rem_minmax(0,1fr)_auto] gap-x-3" aria-current={step.state === "running" ? "step" : undefined}>
      <span className="grid justify-items-center">
        <span className={`grid size-7 place-items-center ${isQuiet ? "text-ink-faint" : toneText[look.tone]}`}>
          <Icon aria-hidden className={`size-5 ${look.spinning ? "animate-spin" : ""}`} />
        </span>
        {isLast ? null : (
          <span aria-hidden className={`w-px flex-1 ${step.state === "done" ? "bg-ok/50" : "bg-line-strong"}`} />
        )}
      </span>
      <div className={`grid content-start gap-0.5 pt-0.5 ${isLast ? "" : "pb-4"}`}>
        <p className={`font-medium ${isQuiet ? "text-ink-soft" : ""}`}>
          {words.title} <span className="sr-only">: {look.words}</span>
        </p>
        <p className="text-sm text-ink-faint">{words.what}</p>
        <StepReason step={step} />
      </div>
      <div className="grid content-start justify-items-end gap-0.5 pt-0.5 text-sm">
        <span className={isQuiet ? "text-ink-faint" : toneText[look.tone]}>{look.words}</span>
        <span className="min-h-5 text-ink-faint">
          {step.started_at ? <Duration from={step.started_at} to={step.finished_at} /> : null}
        </span>
      </div>
    </li>
  );
}

function StepReason({ step }: { step: Step }) {
  const isWorthTelling = step.state === "running" || step.state === "failed";
  if (!step.reason || !isWorthTelling) return null;
  return (
    <p className={`text-sm break-words ${step.state === "failed" ? "text-bad" : "text-warn"}`}>
      {step.reason}
      {step.attempts > 1 ? ` (try ${step.attempts})` : ""}
    </p>
  );
}
