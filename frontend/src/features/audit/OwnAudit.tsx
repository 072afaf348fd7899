import { AuditLog } from "./AuditLog";
import type { AuditSearch } from "./auditSearch";
import { DownloadButton } from "./ui/DownloadButton";

type OwnAuditProps = { search: AuditSearch; onSearch: (search: AuditSearch) => void };

/** What one did, and what was done to one's account. */
export function OwnAudit({ search, onSearch }: OwnAuditProps) {
  return (
    <>
      <div className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <p className="max-w-prose min-w-0 flex-1 basis-72 text-ink-soft">
          What you did, and what was done to your account. Something that you do not know? Change your password, and end
          your other sessions.
        </p>
        <DownloadButton scope="own" search={search} />
      </div>
      <AuditLog scope="own" search={search} onSearch={onSearch} />
    </>
  );
}
