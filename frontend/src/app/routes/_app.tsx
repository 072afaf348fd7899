// All pages for those who are signed in. Others sign in first, and come back to the address that they asked for.
import { createFileRoute, redirect } from "@tanstack/react-router";

import { sessionState } from "@/shared/api/session";

import { Shell } from "../shell/Shell";

export const Route = createFileRoute("/_app")({
  beforeLoad: ({ location }) => {
    const session = sessionState.get();
    if (session.status === "signed-in") return;
    const search = location.href === "/" ? {} : { to: location.href };
    throw redirect({ to: "/sign-in", search, replace: true });
  },
  component: Shell,
});
