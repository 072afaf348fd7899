import type { ReactNode } from "react";

import { useTitle } from "@/shared/ui/PageHeader";

export function AuthHeading({ title, children }: { title: string; children?: ReactNode }) {
  useTitle(title);
  return (
    <div className="mb-7">
      <h1 tabIndex={-1} className="text-3xl font-semibold">
        {title}
      </h1>
      {children ? <div className="mt-2 text-ink-soft">{children}</div> : null}
    </div>
  );
}

export const authLinkClass = "font-medium text-accent underline decoration-accent/40 underline-offset-4 hover:decoration-accent";
