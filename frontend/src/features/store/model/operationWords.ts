// What an operation is doing, as a headline and a sentence.
import type { Operation, OperationDetails } from "@/shared/api/schema.gen";
import { stepWords } from "@/shared/ui/operation/stepWords";

type Headlines = { waits: string; runs: string; done: string; failed: string };

const HEADLINES: Readonly<Record<string, Headlines>> = {
  provision: {
    waits: "Waiting for its turn",
    runs: "Your shop is being made",
    done: "How it was made",
    failed: "How far it came",
  },
  repair: { waits: "A repair is waiting", runs: "Souk repairs the shop", done: "Repaired", failed: "The repair failed" },
  resize: {
    waits: "The change of size is waiting",
    runs: "The shop changes its size",
    done: "Brought to its size",
    failed: "The size could not be changed",
  },
  delete: {
    waits: "Waiting to be deleted",
    runs: "The store is being deleted",
    done: "Deleted",
    failed: "Could not be deleted yet",
  },
};

export function headline({ kind, state }: Pick<Operation, "kind" | "state">): string {
  const words = HEADLINES[kind];
  if (words === undefined) return kind;
  if (state === "queued") return words.waits;
  if (state === "succeeded") return words.done;
  return state === "failed" || state === "cancelled" ? words.failed : words.runs;
}

/** One sentence for those who listen and do not see the list of steps. */
export function spokenState({ kind, state, steps }: OperationDetails): string {
  const running = steps.find((step) => step.state === "running");
  if (running) {
    const number = steps.indexOf(running) + 1;
    return `Step ${number} of ${steps.length}: ${stepWords(running.name).title}`;
  }
  return headline({ kind, state });
}
