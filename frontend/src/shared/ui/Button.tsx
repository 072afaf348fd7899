import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

import { buttonClass, type ButtonLook, type ButtonSize } from "./buttonClass";

type ButtonProps = Omit<ComponentProps<"button">, "className"> & {
  look?: ButtonLook;
  size?: ButtonSize;
  /** At work: it shows so, keeps its place and the focus, and takes no click. */
  busy?: boolean;
  icon?: LucideIcon;
  className?: string;
};

export function Button({ look, size, busy = false, icon: Icon, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, size, className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <LoaderCircle aria-hidden className="animate-spin" /> : Icon ? <Icon aria-hidden /> : null}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "className" | "aria-label" | "children"> & {
  icon: LucideIcon;
  /** What it does, for those who do not see the icon; shown on hover. */
  label: string;
  className?: string;
};

export function IconButton({ icon: Icon, label, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-ink-soft transition-colors hover:bg-sunken hover:text-ink disabled:text-ink-faint ${className}`}
    >
      <Icon aria-hidden className="size-4.5" />
    </button>
  );
}
