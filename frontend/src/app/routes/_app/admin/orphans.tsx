import { createFileRoute } from "@tanstack/react-router";

import { OrphansPage } from "@/features/admin-orphans/OrphansPage";
import { readOrphansSearch } from "@/features/admin-orphans/orphansSearch";

export const Route = createFileRoute("/_app/admin/orphans")({ validateSearch: readOrphansSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <OrphansPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
