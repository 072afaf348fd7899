import { createFileRoute } from "@tanstack/react-router";

import { SettingsPage } from "@/features/store/SettingsPage";

export const Route = createFileRoute("/_app/stores/$storeId/settings")({ component: Page });

function Page() {
  return <SettingsPage id={Route.useParams().storeId} />;
}
