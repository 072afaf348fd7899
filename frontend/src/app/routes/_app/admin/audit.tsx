import { createFileRoute } from "@tanstack/react-router";

import { AdminAuditPage } from "@/features/audit/AdminAuditPage";
import { readAuditSearch } from "@/features/audit/auditSearch";

export const Route = createFileRoute("/_app/admin/audit")({ validateSearch: readAuditSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <AdminAuditPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
