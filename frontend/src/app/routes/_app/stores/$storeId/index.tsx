import { createFileRoute } from "@tanstack/react-router";

import { OverviewPage } from "@/features/store/OverviewPage";

export const Route = createFileRoute("/_app/stores/$storeId/")({ component: Page });

function Page() {
  return <OverviewPage id={Route.useParams().storeId} />;
}
