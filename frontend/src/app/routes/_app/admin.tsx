// Everything for operators. To others these addresses are like any that does not exist; the API refuses them, too.
import { createFileRoute, notFound, Outlet } from "@tanstack/react-router";

import { sessionState } from "@/shared/api/session";

export const Route = createFileRoute("/_app/admin")({
  beforeLoad: () => {
    const session = sessionState.get();
    if (session.status !== "signed-in" || !session.user.isOperator) throw notFound();
  },
  component: Outlet,
});
