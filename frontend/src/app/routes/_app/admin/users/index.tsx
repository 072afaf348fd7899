import { createFileRoute } from "@tanstack/react-router";

import { AdminUsersPage } from "@/features/admin-users/AdminUsersPage";
import { readAdminUsersSearch } from "@/features/admin-users/adminUsersSearch";

export const Route = createFileRoute("/_app/admin/users/")({ validateSearch: readAdminUsersSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <AdminUsersPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
