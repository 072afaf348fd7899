import { Td } from "./Table";
import { Time } from "./Time";

/** A moment in a table. */
export function WhenCell({ at }: { at: string }) {
  return (
    <Td className="whitespace-nowrap text-ink-soft">
      <Time at={at} />
    </Td>
  );
}
