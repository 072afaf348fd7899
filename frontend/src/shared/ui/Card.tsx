import { type ReactNode, useId } from "react";

type CardProps = {
  title?: ReactNode;
  /** One line under the title. */
  text?: ReactNode;
  /** At the end of the title's line. */
  actions?: ReactNode;
  /** For what fills the card to its edges, like a table. */
  flush?: boolean;
  tone?: "plain" | "danger";
  children?: ReactNode;
};

export function Card({ title, text, actions, flush = false, tone = "plain", children }: CardProps) {
  const id = useId();
  const edge = tone === "danger" ? "border-bad/40" : "border-line";
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={`min-w-0 rounded-xl border bg-surface shadow-card ${edge}`}
    >
      {title ? (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-3 last:pb-4">
          <div className="min-w-0">
            <h2 id={id} className="text-base font-semibold">
              {title}
            </h2>
            {text ? <p className="mt-0.5 text-sm text-ink-soft">{text}</p> : null}
          </div>
          {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
        </header>
      ) : null}
      {children ? <div className={flush ? "" : `px-5 pb-5 ${title ? "" : "pt-5"}`}>{children}</div> : null}
    </section>
  );
}
