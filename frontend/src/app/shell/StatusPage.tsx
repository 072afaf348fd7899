import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { useTitle } from "@/shared/ui/PageHeader";

type StatusPageProps = { icon: LucideIcon; title: string; children: ReactNode; actions?: ReactNode };

/** A whole page that says one thing: not found, an error, no answer. */
export function StatusPage({ icon: Icon, title, children, actions }: StatusPageProps) {
  useTitle(title);
  return (
    <div className="mx-auto grid max-w-lg justify-items-start gap-4 px-4 py-20">
      <span className="grid size-12 place-items-center rounded-2xl bg-accent-soft text-accent">
        <Icon aria-hidden className="size-6" />
      </span>
      <h1 tabIndex={-1} className="text-2xl font-semibold">
        {title}
      </h1>
      <div className="grid w-full gap-3 text-ink-soft">{children}</div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </div>
  );
}
