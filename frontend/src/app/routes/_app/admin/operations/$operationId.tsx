import { createFileRoute } from "@tanstack/react-router";

import { OperationPage } from "@/features/admin-operations/OperationPage";

export const Route = createFileRoute("/_app/admin/operations/$operationId")({ component: Page });

function Page() {
  return <OperationPage operationId={Route.useParams().operationId} />;
}
