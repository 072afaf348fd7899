import { createFileRoute } from "@tanstack/react-router";

import { StoresPage } from "@/features/stores/StoresPage";
import { readStoresSearch } from "@/features/stores/storesSearch";

export const Route = createFileRoute("/_app/stores/")({
  validateSearch: readStoresSearch,
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return <StoresPage search={Route.useSearch()} onSearch={(search) => void navigate({ search })} />;
}
