import { CopyButton } from "./CopyButton";

/** An id, as an operator types it at the command line. */
export function CopyableId({ id, what }: { id: string; what: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="truncate font-mono text-xs">{id}</code>
      <CopyButton text={id} label={`Copy the id of the ${what}`} className="-my-1 size-7!" />
    </span>
  );
}
