import { createFileRoute } from "@tanstack/react-router";

import { OverviewPage } from "@/features/admin-overview/OverviewPage";
import { readOverviewSearch } from "@/features/admin-overview/overviewSearch";

export const Route = createFileRoute("/_app/admin/")({ validateSearch: readOverviewSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <OverviewPage search={Route.useSearch()} onSearch={(search) => void navigate({ search, resetScroll: false })} />;
}
