import { createFileRoute } from "@tanstack/react-router";

import { ActivityPage } from "@/features/store/ActivityPage";

export const Route = createFileRoute("/_app/stores/$storeId/activity")({ component: Page });

function Page() {
  return <ActivityPage id={Route.useParams().storeId} />;
}
