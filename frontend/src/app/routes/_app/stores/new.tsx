import { createFileRoute } from "@tanstack/react-router";

import { CreateStorePage } from "@/features/create-store/CreateStorePage";

export const Route = createFileRoute("/_app/stores/new")({ component: Page });

function Page() {
  const navigate = Route.useNavigate();
  // In place of the form: "back" leads to the list, not to a form that would make the same store again.
  const open = (storeId: string) => void navigate({ to: "/stores/$storeId", params: { storeId }, replace: true });
  return <CreateStorePage onCreated={open} />;
}
