import { createFileRoute } from "@tanstack/react-router";

import { AdminStoresPage } from "@/features/admin-stores/AdminStoresPage";
import { readAdminStoresSearch } from "@/features/admin-stores/adminStoresSearch";

export const Route = createFileRoute("/_app/admin/stores")({ validateSearch: readAdminStoresSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <AdminStoresPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
