import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { type Tone, toneSoft } from "@/shared/ui/tone";

type TileProps = {
  label: string;
  icon: LucideIcon;
  tone: Tone;
  value: ReactNode;
  text?: ReactNode;
  /** Where more of it stands. */
  to?: LinkProps["to"];
  children?: ReactNode;
};

/** One figure of the platform, in words first. */
export function Tile({ label, icon: Icon, tone, value, text, to, children }: TileProps) {
  return (
    <div className="relative grid content-start gap-2 rounded-xl border border-line bg-surface p-4 shadow-card has-[a:hover]:border-line-strong">
      <div className="flex items-center gap-2.5">
        <span className={`grid size-8 place-items-center rounded-lg ${toneSoft[tone]}`}>
          <Icon aria-hidden className="size-4.5" />
        </span>
        <h2 className="text-sm font-medium text-ink-soft">
          {to ? (
            <Link to={to} className="after:absolute after:inset-0 after:rounded-xl">
              {label}
            </Link>
          ) : (
            label
          )}
        </h2>
      </div>
      <p className="text-lg font-semibold tabular">{value}</p>
      {children}
      {text ? <p className="text-sm text-ink-faint">{text}</p> : null}
    </div>
  );
}
