import { Check } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

type RadioCardProps = Omit<ComponentProps<"input">, "type" | "className" | "title"> & {
  title: string;
  text?: ReactNode;
  picture?: ReactNode;
  children?: ReactNode;
};

/** One of a group, large enough to show what it is. */
export function RadioCard({ title, text, picture, children, ...input }: RadioCardProps) {
  return (
    <label className="group relative flex flex-col overflow-hidden rounded-xl border border-line-strong bg-surface shadow-card transition-[border-color,box-shadow] hover:border-edge has-checked:border-accent has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input type="radio" {...input} className="peer absolute inset-0 z-10 cursor-pointer appearance-none outline-none" />
      {picture ? <span className="border-b border-line">{picture}</span> : null}
      <span className="grid gap-1 p-4">
        <span className="flex items-center justify-between gap-2 font-semibold">
          {title}
          <span
            aria-hidden
            className="grid size-5 place-items-center rounded-full border border-edge text-transparent group-has-checked:border-accent group-has-checked:bg-accent group-has-checked:text-on-accent"
          >
            <Check className="size-3.5" />
          </span>
        </span>
        {text ? <span className="text-sm text-ink-soft">{text}</span> : null}
        {children}
      </span>
    </label>
  );
}
