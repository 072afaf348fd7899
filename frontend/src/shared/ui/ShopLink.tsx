import { ExternalLink } from "lucide-react";

import { useBrand } from "@/shared/api/brand";

import { Badge } from "./Badge";
import { buttonClass, type ButtonLook, type ButtonSize } from "./buttonClass";

/** Leads out of Souk, in a tab of its own. */
export function OpenButton({ href, look, size, children }: { href: string; look?: ButtonLook; size?: ButtonSize; children: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={buttonClass(look, size)}>
      {children}
      <ExternalLink aria-hidden />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}

/** A shop's address. Where stores are pretended, it says so: nothing answers there. */
export function ShopLink({ url, isOpen }: { url: string; isOpen: boolean }) {
  const text = url.replace(/^https?:\/\//, "");
  return (
    <span className="flex min-w-0 items-center gap-2">
      {isOpen ? (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-6 min-w-0 items-center gap-1 text-ink-soft underline decoration-line-strong underline-offset-4 hover:text-ink"
        >
          <span className="truncate">{text}</span>
          <ExternalLink aria-hidden className="size-3.5 shrink-0" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      ) : (
        <span className="min-w-0 truncate leading-6 text-ink-faint">{text}</span>
      )}
      <SimulatedMark />
    </span>
  );
}

export function SimulatedMark() {
  const { simulated } = useBrand();
  return simulated ? (
    <Badge tone="warn" title="No cluster: this shop is pretended, and nothing answers at its address">
      simulated
    </Badge>
  ) : null;
}
