// All pages for those who are signed in. Others sign in first, and come back to the address that they asked for.
import { createFileRoute, redirect } from "@tanstack/react-router";

import { sessionState } from "@/shared/api/session";

import { Shell } from "../shell/Shell";

export const Route = createFileRoute("/_app")({
  beforeLoad: ({ location }) => {
    const session = sessionState.get();
    if (session.status === "signed-in") return;
    // Whoever has left need not come back to the same page; everybody else does.
    const comesBack = location.href !== "/" && !(session.status === "signed-out" && session.because === "left");
    const search = comesBack ? { to: location.href } : {};
    throw redirect({ to: "/sign-in", search, replace: true });
  },
  component: Shell,
});
