import { Check, Copy, KeyRound } from "lucide-react";

import type { NewToken } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { useCopy } from "@/shared/ui/CopyButton";

/** Shown this once. It stands in the page and not in a dialog, which a key would close. */
export function NewTokenNotice({ token, onKept }: { token: NewToken; onKept: () => void }) {
  const { copied, copy } = useCopy();
  return (
    <section aria-labelledby="new-token" className="rounded-xl border border-warn/40 bg-warn-soft p-5">
      <h2 id="new-token" className="flex items-center gap-2 font-semibold">
        <KeyRound aria-hidden className="size-5 text-warn" />
        Keep “{token.name}” now
      </h2>
      <p className="mt-1 text-sm">It is shown this once. Whoever has it may do in your name what it opens.</p>
      <p className="mt-4 rounded-lg border border-line bg-surface px-3 py-2.5">
        <code className="font-mono text-sm break-all">{token.secret}</code>
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button icon={copied ? Check : Copy} onClick={() => copy(token.secret)}>
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button look="primary" onClick={onKept}>
          I have kept it
        </Button>
      </div>
      <p role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </p>
    </section>
  );
}
