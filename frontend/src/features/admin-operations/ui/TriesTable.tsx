import { stepWords } from "@/shared/ui/operation/stepWords";
import { Table, Td, Th } from "@/shared/ui/Table";
import { WhenCell } from "@/shared/ui/WhenCell";

import type { StepTry } from "../tries";

const OUTCOMES: Readonly<Record<string, string>> = {
  failed: "Failed for good",
  retrying: "Tried again",
  waiting: "Waited for something outside",
  interrupted: "Its worker stopped",
};

/** What went wrong on the way, also where it went well in the end. */
export function TriesTable({ tries }: { tries: readonly StepTry[] }) {
  if (tries.length === 0) return null;
  return (
    <section aria-labelledby="tries">
      <h2 id="tries" className="mb-3 text-base font-semibold">
        Tries that did not succeed
      </h2>
      <Table
        caption="Tries that did not succeed"
        head={
          <>
            <Th>Step</Th>
            <Th align="right">Try</Th>
            <Th>What became of it</Th>
            <Th>Why</Th>
            <Th>Ended</Th>
          </>
        }
      >
        {tries.map((each) => (
          <tr key={`${each.step}${each.number}${each.ended_at}`}>
            <Td className="whitespace-nowrap">
              {stepWords(each.step).title}
              {each.undo ? <span className="block text-xs text-ink-faint">while removing</span> : null}
            </Td>
            <Td align="right" className="tabular">
              {each.number}
            </Td>
            <Td className="whitespace-nowrap">{OUTCOMES[each.outcome] ?? each.outcome}</Td>
            <Td className="min-w-64">
              <span className="block break-words">{each.reason}</span>
              <span className="block text-xs text-ink-faint">{each.advice}</span>
            </Td>
            <WhenCell at={each.ended_at} />
          </tr>
        ))}
      </Table>
    </section>
  );
}
