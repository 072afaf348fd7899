import { createFileRoute } from "@tanstack/react-router";

import { CredentialsPage } from "@/features/store/CredentialsPage";

export const Route = createFileRoute("/_app/stores/$storeId/credentials")({ component: Page });

function Page() {
  return <CredentialsPage id={Route.useParams().storeId} />;
}
