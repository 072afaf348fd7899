// Everything for operators. To others these addresses are like any that does not exist; the API refuses them, too.
import { createFileRoute, Outlet } from "@tanstack/react-router";

import { useSession } from "@/shared/api/session";

import { NotFoundPage } from "../../shell/NotFoundPage";

export const Route = createFileRoute("/_app/admin")({ component: Guard });

/** A component, for `notFound()` in a guard would leave the frame of the pages, too. */
function Guard() {
  const session = useSession();
  return session.status === "signed-in" && session.user.isOperator ? <Outlet /> : <NotFoundPage />;
}
