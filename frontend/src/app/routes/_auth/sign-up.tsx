import { createFileRoute } from "@tanstack/react-router";

import { SignUpPage } from "@/features/auth/SignUpPage";

export const Route = createFileRoute("/_auth/sign-up")({ component: Page });

function Page() {
  return <SignUpPage to={Route.useSearch().to} />;
}
