import { Check, Copy } from "lucide-react";

import { useCopy } from "./CopyButton";

/** The correlation id: what leads an operator to every log line of a request or an operation. */
export function Reference({ id }: { id: string }) {
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => copy(id)}
      title="Copy the reference"
      className="inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-md text-left text-xs text-ink-faint hover:text-ink"
    >
      <span>Reference</span>
      <code className="truncate font-mono">{id}</code>
      <Icon aria-hidden className={`size-3.5 shrink-0 ${copied ? "text-ok" : ""}`} />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
