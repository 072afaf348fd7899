import type { ComponentProps } from "react";

import { controlClass } from "./controlClass";

type TextAreaProps = Omit<ComponentProps<"textarea">, "className"> & { className?: string };

const ROWS = 3;

export function TextArea({ className = "", rows = ROWS, ...rest }: TextAreaProps) {
  return <textarea {...rest} rows={rows} className={`${controlClass} resize-y py-2 ${className}`} />;
}
