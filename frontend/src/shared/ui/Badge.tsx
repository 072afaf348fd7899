import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { type Tone, toneSoft } from "./tone";

type BadgeProps = { tone?: Tone; icon?: LucideIcon; spinning?: boolean; title?: string; children: ReactNode };

export function Badge({ tone = "neutral", icon: Icon, spinning = false, title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={`inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap ${toneSoft[tone]}`}
    >
      {Icon ? <Icon aria-hidden className={`size-3.5 shrink-0 ${spinning ? "animate-spin" : ""}`} /> : null}
      {children}
    </span>
  );
}
