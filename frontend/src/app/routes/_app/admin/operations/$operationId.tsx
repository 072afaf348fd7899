import { createFileRoute } from "@tanstack/react-router";

import { OperationPage } from "@/features/admin-operations/OperationPage";
import { operationQuery } from "@/shared/api/operation";

import { orNotFound } from "../../../../orNotFound";

export const Route = createFileRoute("/_app/admin/operations/$operationId")({
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.query({ ...operationQuery(params.operationId), staleTime: "static" })),
  component: Page,
});

function Page() {
  const { operationId } = Route.useParams();
  return <OperationPage operationId={operationId} key={operationId} />;
}
