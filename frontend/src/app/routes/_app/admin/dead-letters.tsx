import { createFileRoute } from "@tanstack/react-router";

import { DeadLettersPage } from "@/features/admin-dead-letters/DeadLettersPage";
import { readDeadLettersSearch } from "@/features/admin-dead-letters/deadLettersSearch";

export const Route = createFileRoute("/_app/admin/dead-letters")({ validateSearch: readDeadLettersSearch, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <DeadLettersPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
