import { createFileRoute } from "@tanstack/react-router";

import { AdminUserPage } from "@/features/admin-users/AdminUserPage";
import { adminUserQuery } from "@/features/admin-users/api/getUser";

import { orNotFound } from "../../../../orNotFound";

export const Route = createFileRoute("/_app/admin/users/$userId")({
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.query({ ...adminUserQuery(params.userId), staleTime: "static" })),
  component: Page,
});

function Page() {
  const { userId } = Route.useParams();
  return <AdminUserPage userId={userId} key={userId} />;
}
