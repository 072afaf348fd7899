import { createFileRoute } from "@tanstack/react-router";

import { AdminUserPage } from "@/features/admin-users/AdminUserPage";

export const Route = createFileRoute("/_app/admin/users/$userId")({ component: Page });

function Page() {
  return <AdminUserPage userId={Route.useParams().userId} />;
}
