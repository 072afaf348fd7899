import { createFileRoute } from "@tanstack/react-router";

import { OperationsPage } from "@/features/admin-operations/OperationsPage";
import { readOperationsSearch } from "@/features/admin-operations/operationsSearch";

export const Route = createFileRoute("/_app/admin/operations/")({ validateSearch: readOperationsSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <OperationsPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
