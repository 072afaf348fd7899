import { classes } from "@/shared/lib/classes";

export type ButtonLook = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "small" | "medium" | "large";

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary:
    "bg-accent text-on-accent shadow-card hover:brightness-110 active:brightness-95 disabled:bg-sunken disabled:text-ink-faint disabled:shadow-none disabled:hover:brightness-100",
  secondary:
    "border border-line-strong bg-surface text-ink shadow-card hover:border-edge hover:bg-sunken disabled:text-ink-faint disabled:hover:bg-surface",
  quiet: "text-ink-soft hover:bg-sunken hover:text-ink disabled:text-ink-faint disabled:hover:bg-transparent",
  danger:
    "border border-bad/40 bg-surface text-bad shadow-card hover:border-bad hover:bg-bad-soft disabled:border-line disabled:text-ink-faint disabled:hover:bg-surface",
};

const SIZES: Readonly<Record<ButtonSize, string>> = {
  small: "h-8 gap-1.5 px-2.5 text-sm",
  medium: "h-9.5 gap-2 px-3.5 text-sm",
  large: "h-11 gap-2 px-5 text-base",
};

/** For links that look like buttons: `<Link className={buttonClass("primary")}>`. */
export function buttonClass(look: ButtonLook = "secondary", size: ButtonSize = "medium", extra?: string): string {
  return classes(
    "inline-flex shrink-0 items-center justify-center rounded-lg font-medium whitespace-nowrap transition-[background-color,border-color,filter,color] duration-150 [&_svg]:size-4 [&_svg]:shrink-0",
    LOOKS[look],
    SIZES[size],
    extra,
  );
}
