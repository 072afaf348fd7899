import { createFileRoute } from "@tanstack/react-router";

import { LogsPage } from "@/features/store/LogsPage";

export const Route = createFileRoute("/_app/stores/$storeId/logs")({ component: Page });

function Page() {
  return <LogsPage id={Route.useParams().storeId} />;
}
