import { Check, Copy, Download, TriangleAlert } from "lucide-react";

import { useBrand } from "@/shared/api/brand";
import { saveFile } from "@/shared/lib/download";
import { Button } from "@/shared/ui/Button";
import { useCopy } from "@/shared/ui/CopyButton";

type RecoveryCodesProps = { codes: readonly string[]; onKept: () => void };

/** Shown this once. It stands in the page and not in a dialog, which a key would close. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const { name } = useBrand();
  const { copied, copy } = useCopy();
  const text = codes.join("\n");
  return (
    <section aria-labelledby="recovery-codes" className="rounded-xl border border-warn/40 bg-warn-soft p-5">
      <h3 id="recovery-codes" className="flex items-center gap-2 font-semibold">
        <TriangleAlert aria-hidden className="size-5 text-warn" />
        Keep your recovery codes
      </h3>
      <p className="mt-1 max-w-prose text-sm">
        They are shown now and never again. Each of them is good once, in place of a code of the app: without the app and
        without them nobody can sign in, you neither.
      </p>
      <ol className="mt-4 grid max-w-md gap-x-8 gap-y-1.5 rounded-lg border border-line bg-surface p-4 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button icon={copied ? Check : Copy} onClick={() => copy(text)}>
          {copied ? "Copied" : "Copy all"}
        </Button>
        <Button
          icon={Download}
          onClick={() => saveFile(`${name.toLowerCase()}-recovery-codes.txt`, [`Recovery codes of ${name}\n\n${text}\n`], "text/plain")}
        >
          Download
        </Button>
        <Button look="primary" onClick={onKept}>
          I have kept them
        </Button>
      </div>
      <p role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </p>
    </section>
  );
}
