import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

import { controlClass } from "./controlClass";

type SelectProps = Omit<ComponentProps<"select">, "className"> & { className?: string };

/** The browser's own: it works on every phone and with every reader, and needs no style in the page. */
export function Select({ className = "", children, ...rest }: SelectProps) {
  return (
    <span className={`relative inline-block ${className}`}>
      <select {...rest} className={`${controlClass} h-10 appearance-none truncate pr-9`}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-ink-faint" />
    </span>
  );
}
