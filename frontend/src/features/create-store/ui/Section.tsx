import { type ReactNode, useId } from "react";

type SectionProps = { number: number; title: string; text?: string; children: ReactNode };

export function Section({ number, title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid gap-4 border-t border-line py-7 first:border-t-0 first:pt-0">
      <header className="flex gap-3">
        <span
          aria-hidden
          className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
        >
          {number}
        </span>
        <div>
          <h2 id={id} className="text-base font-semibold">
            {title}
          </h2>
          {text ? <p className="mt-0.5 text-sm text-ink-soft">{text}</p> : null}
        </div>
      </header>
      <div className="grid gap-5 sm:pl-9">{children}</div>
    </section>
  );
}
