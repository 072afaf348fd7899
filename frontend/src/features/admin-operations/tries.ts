import type { Step, Try } from "@/shared/api/schema.gen";

export type StepTry = Try & { step: string };

/** All tries of all steps that did not succeed, in the order in which they ended. */
export function triesOf(steps: readonly Pick<Step, "name" | "tries">[]): StepTry[] {
  return steps
    .flatMap(({ name, tries }) => tries.map((each) => ({ ...each, step: name })))
    .sort((one, other) => Date.parse(one.ended_at) - Date.parse(other.ended_at));
}
