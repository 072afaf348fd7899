import { ScrollText } from "lucide-react";

import { type Change, changed } from "@/shared/lib/listSearch";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ListFrame } from "@/shared/ui/ListFrame";
import { NoMatch } from "@/shared/ui/NoMatch";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";

import { type AuditScope, useAudit } from "./api/listAudit";
import { type AuditSearch, isFiltered } from "./auditSearch";
import { AuditFilters } from "./ui/AuditFilters";
import { AUDIT_COLUMNS, AUDIT_HEAD, AuditTable } from "./ui/AuditTable";

type AuditLogProps = { scope: AuditScope; search: AuditSearch; onSearch: (search: AuditSearch) => void };

/** The log with its filters; of one's own account, or for operators all of it. */
export function AuditLog({ scope, search, onSearch }: AuditLogProps) {
  const audit = useAudit(scope, search);
  const go = (change: Change<AuditSearch>) => onSearch(changed(search, change));
  const caption = scope === "all" ? "Audit log" : "My activity";
  return (
    <>
      <AuditFilters search={search} isOperator={scope === "all"} onChange={go} />
      <ListFrame
        what="the log"
        query={audit}
        cursor={search.cursor}
        onCursor={(cursor) => go({ cursor: cursor ?? undefined })}
        skeleton={<TableSkeleton caption={caption} head={AUDIT_HEAD} columns={AUDIT_COLUMNS} />}
        empty={
          isFiltered(search) ? (
            <NoMatch what="entry" onClear={() => onSearch({})} />
          ) : (
            <EmptyState icon={ScrollText} title="Nothing happened yet" text="What is done here is written down, and stands here." />
          )
        }
      >
        {(items) => <AuditTable caption={caption} entries={items} isOperator={scope === "all"} />}
      </ListFrame>
    </>
  );
}
