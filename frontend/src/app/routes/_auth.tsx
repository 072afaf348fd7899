import { createFileRoute, redirect } from "@tanstack/react-router";

import { sessionState } from "@/shared/api/session";
import { ownPath } from "@/shared/lib/ownPath";
import { readText, taken } from "@/shared/lib/search";

import { AuthFrame } from "../shell/AuthFrame";

export const Route = createFileRoute("/_auth")({
  validateSearch: (raw: Record<string, unknown>): { to?: string } => taken({ to: ownPath(readText(raw, "to", 1000)) }),
  beforeLoad: ({ search }) => {
    if (sessionState.get().status === "signed-in") throw redirect({ to: search.to ?? "/stores", replace: true });
  },
  component: AuthFrame,
});
