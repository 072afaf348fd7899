import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { copyText } from "@/shared/lib/clipboard";

import { IconButton } from "./Button";

/** How long it says that it has copied. */
const SAID_MS = 1_600;

export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (text: string) => {
    void copyText(text).then(setCopied);
  };
  return { copied, copy };
}

export function CopyButton({ text, label, className = "" }: { text: string; label: string; className?: string }) {
  const { copied, copy } = useCopy();
  return (
    <>
      <IconButton
        icon={copied ? Check : Copy}
        label={label}
        className={`${copied ? "text-ok" : ""} ${className}`}
        onClick={() => copy(text)}
      />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}
