import { PageHeader } from "@/shared/ui/PageHeader";

import { AuditLog } from "./AuditLog";
import type { AuditSearch } from "./auditSearch";
import { DownloadButton } from "./ui/DownloadButton";

type PageProps = { search: AuditSearch; onSearch: (search: AuditSearch) => void };

export function AdminAuditPage({ search, onSearch }: PageProps) {
  return (
    <>
      <PageHeader
        title="Audit log"
        text="Who did what, newest first. Entries are never changed; “souk admin verify-audit” finds out if somebody did."
        actions={<DownloadButton scope="all" search={search} />}
      />
      <AuditLog scope="all" search={search} onSearch={onSearch} />
    </>
  );
}
