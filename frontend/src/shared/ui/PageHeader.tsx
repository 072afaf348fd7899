import { type ReactNode, useEffect } from "react";

import { useBrand } from "@/shared/api/brand";

type PageHeaderProps = {
  title: string;
  /** In place of the plain title, where there is more to see. */
  heading?: ReactNode;
  text?: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
};

/** Each page has one: the `h1`, which takes the focus when the page changes, and the title of the window. */
export function PageHeader({ title, heading, text, actions, above }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        {above ? <div className="mb-2">{above}</div> : null}
        <h1 tabIndex={-1} className="text-2xl font-semibold break-words">
          {heading ?? title}
        </h1>
        {text ? <div className="mt-1 max-w-prose text-ink-soft">{text}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}

export function useTitle(title: string): void {
  const { name } = useBrand();
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
