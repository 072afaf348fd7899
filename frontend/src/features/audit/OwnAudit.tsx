import { AuditLog } from "./AuditLog";
import type { AuditSearch } from "./auditSearch";

type OwnAuditProps = { search: AuditSearch; onSearch: (search: AuditSearch) => void };

/** What one did, and what was done to one's account. */
export function OwnAudit({ search, onSearch }: OwnAuditProps) {
  return (
    <>
      <p className="mb-4 max-w-prose text-ink-soft">
        What you did, and what was done to your account. Something that you do not know? Change your password, and end
        your other sessions.
      </p>
      <AuditLog scope="own" search={search} onSearch={onSearch} />
    </>
  );
}
