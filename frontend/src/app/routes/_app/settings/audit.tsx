import { createFileRoute } from "@tanstack/react-router";

import { readAuditSearch } from "@/features/audit/auditSearch";
import { OwnAudit } from "@/features/audit/OwnAudit";
import { SettingsFrame } from "@/features/settings/SettingsFrame";

export const Route = createFileRoute("/_app/settings/audit")({ validateSearch: readAuditSearch, component: Page });

function Page() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SettingsFrame title="Activity">
      <OwnAudit search={search} onSearch={(next) => void navigate({ search: next })} />
    </SettingsFrame>
  );
}
