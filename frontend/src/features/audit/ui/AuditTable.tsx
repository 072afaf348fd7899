import { Link } from "@tanstack/react-router";

import type { AuditEntry } from "@/shared/api/schema.gen";
import { useSession } from "@/shared/api/session";
import { formatExact } from "@/shared/lib/time";
import { deviceWords } from "@/shared/lib/userAgent";
import { Reference } from "@/shared/ui/Reference";
import { Table, Td, Th } from "@/shared/ui/Table";
import { Time } from "@/shared/ui/Time";
import { toneSoft } from "@/shared/ui/tone";

import { eventLook } from "../auditEvents";
import { detailLines } from "../detailLines";

export const AUDIT_COLUMNS = 4;

export const AUDIT_HEAD = (
  <>
    <Th>What happened</Th>
    <Th>Who</Th>
    <Th>About</Th>
    <Th>When</Th>
  </>
);

type AuditTableProps = { caption: string; entries: readonly AuditEntry[]; isOperator: boolean };

export function AuditTable({ caption, entries, isOperator }: AuditTableProps) {
  return (
    <Table caption={caption} head={AUDIT_HEAD}>
      {entries.map((entry) => (
        <tr key={entry.id} className="align-top hover:bg-sunken/50">
          <Td className="min-w-56">
            <EventWords kind={entry.event_type} />
          </Td>
          <Td className="max-w-64 min-w-44">
            <Who entry={entry} isOperator={isOperator} />
          </Td>
          <Td className="min-w-64">
            <About entry={entry} isOperator={isOperator} />
          </Td>
          <Td className="min-w-36 whitespace-nowrap text-ink-soft">
            <Time at={entry.at} />
            <span className="block text-xs text-ink-faint tabular">{formatExact(new Date(entry.at))}</span>
          </Td>
        </tr>
      ))}
    </Table>
  );
}

function EventWords({ kind }: { kind: string }) {
  const { words, icon: Icon, tone } = eventLook(kind);
  return (
    <span className="flex items-center gap-3">
      <span className={`grid size-8 shrink-0 place-items-center rounded-lg ${toneSoft[tone]}`}>
        <Icon aria-hidden className="size-4" />
      </span>
      <span>
        <span className="block font-medium">{words}</span>
        <code className="block font-mono text-xs text-ink-faint">{kind}</code>
      </span>
    </span>
  );
}

function Who({ entry, isOperator }: { entry: AuditEntry; isOperator: boolean }) {
  const session = useSession();
  const actor = entry.actor_user_id;
  const isYou = session.status === "signed-in" && session.user.userId === actor;
  return (
    <>
      {entry.by_operator ? (
        "An operator"
      ) : !actor ? (
        <span className="text-ink-faint">Nobody who is known</span>
      ) : isOperator ? (
        <Link
          to="/admin/users/$userId"
          params={{ userId: actor }}
          title={actor}
          className={LINK}
        >
          {isYou ? "You" : (entry.actor_email ?? <code className="font-mono text-xs">…{actor.slice(-8)}</code>)}
        </Link>
      ) : (
        "You"
      )}
      {entry.ip ? (
        <span className="block text-xs text-ink-faint" title={entry.user_agent ?? undefined}>
          {entry.ip} · {deviceWords(entry.user_agent)}
        </span>
      ) : null}
    </>
  );
}

/** With this begin the ids of operations. */
const OPERATION = "op_";
/** As high as a finger needs (WCAG 2.2, target size). */
const LINK = "inline-flex min-h-6 w-fit items-center underline decoration-line-strong underline-offset-4 hover:decoration-ink";

function About({ entry, isOperator }: { entry: AuditEntry; isOperator: boolean }) {
  const lines = detailLines(entry.details);
  return (
    <div className="grid gap-1">
      {entry.store_id ? (
        <Link
          to="/stores/$storeId"
          params={{ storeId: entry.store_id }}
          className={LINK}
        >
          To the store
        </Link>
      ) : null}
      {lines.length > 0 ? (
        <dl className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs">
          {lines.map(({ name, value }) => (
            <div key={name} className="flex min-w-0 gap-1">
              <dt className="shrink-0 text-ink-faint">{name}</dt>
              <dd className="min-w-0 break-all">
                {isOperator && value.startsWith(OPERATION) ? (
                  <Link
                    to="/admin/operations/$operationId"
                    params={{ operationId: value }}
                    className={LINK}
                  >
                    {value}
                  </Link>
                ) : (
                  value
                )}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {entry.correlation_id ? <Reference id={entry.correlation_id} /> : null}
    </div>
  );
}
