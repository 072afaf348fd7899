import { createFileRoute } from "@tanstack/react-router";

import { SignInPage } from "@/features/auth/SignInPage";

export const Route = createFileRoute("/_auth/sign-in")({ component: Page });

function Page() {
  return <SignInPage to={Route.useSearch().to} />;
}
