import { Check } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

type CheckboxProps = Omit<ComponentProps<"input">, "type" | "className"> & { label: ReactNode; hint?: ReactNode };

export function Checkbox({ label, hint, ...rest }: CheckboxProps) {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <span className="relative mt-0.5 grid size-5 shrink-0 place-items-center">
        <input
          type="checkbox"
          {...rest}
          className="peer absolute inset-0 appearance-none rounded-md border border-edge bg-surface checked:border-accent checked:bg-accent disabled:bg-sunken"
        />
        <Check aria-hidden className="pointer-events-none relative size-3.5 text-on-accent opacity-0 peer-checked:opacity-100" />
      </span>
      <span className="grid gap-0.5">
        <span className="font-medium">{label}</span>
        {hint ? <span className="text-ink-faint">{hint}</span> : null}
      </span>
    </label>
  );
}
