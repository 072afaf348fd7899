import { Laptop, Smartphone } from "lucide-react";
import { useState } from "react";

import type { SessionInfo } from "@/shared/api/schema.gen";
import { deviceWords, isPhone } from "@/shared/lib/userAgent";
import { Badge } from "@/shared/ui/Badge";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Time } from "@/shared/ui/Time";
import { toastProblem } from "@/shared/ui/toastProblem";
import { toast } from "@/shared/ui/toasts";

import { useEndOtherSessions } from "./api/endOtherSessions";
import { useEndSession } from "./api/endSession";
import { useSessions } from "./api/listSessions";
import { endedWords } from "./endedWords";
import { SettingsFrame } from "./SettingsFrame";

export function SessionsPage() {
  const sessions = useSessions();
  const items = sessions.data?.items;
  const others = items?.filter(({ current }) => !current).length ?? 0;
  return (
    <SettingsFrame title="Sessions">
      <div className="max-w-3xl">
        <Card
          title="Where you are signed in"
          text="One for each sign-in on a device. One that nobody uses ends after 30 days."
          actions={others > 0 ? <EndOthers count={others} /> : null}
          flush
        >
          {items ? (
            <ul className="divide-y divide-line border-t border-line">
              {items.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
          ) : (
            <div className="px-5 pb-5">
              {sessions.error ? (
                <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
              ) : (
                <>
                  <Loading what="your sessions" />
                  <Skeleton className="h-36" />
                </>
              )}
            </div>
          )}
        </Card>
      </div>
    </SettingsFrame>
  );
}

function SessionRow({ session }: { session: SessionInfo }) {
  const end = useEndSession();
  const device = deviceWords(session.user_agent);
  const Icon = isPhone(session.user_agent) ? Smartphone : Laptop;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5">
      <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-sunken text-ink-soft">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 font-medium" title={session.user_agent ?? undefined}>
          {device}
          {session.current ? <Badge tone="ok">This one</Badge> : null}
        </p>
        <p className="text-sm text-ink-soft">
          {session.ip ? `${session.ip} · ` : ""}Last used <Time at={session.last_used_at} />
        </p>
        <p className="text-xs text-ink-faint">
          Began <Time at={session.created_at} />, ends <Time at={session.expires_at} /> if it is not used
        </p>
      </div>
      {session.current ? null : (
        <Button
          size="small"
          busy={end.isPending}
          aria-label={`End the session of ${device}`}
          onClick={() =>
            end.mutate(session.id, { onError: toastProblem, onSuccess: () => toast(`The session of ${device} has ended`) })
          }
        >
          End
        </Button>
      )}
    </li>
  );
}

function EndOthers({ count }: { count: number }) {
  const end = useEndOtherSessions();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button size="small" look="danger" onClick={() => setAsks(true)}>
        End all others
      </Button>
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={count === 1 ? "End the other session?" : `End the ${count} other sessions?`}
        text="Whoever uses them has to sign in again. This one goes on, and so do access tokens."
        verb="End them"
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() =>
          end.mutate(undefined, {
            onSuccess: ({ sessions_ended: ended }) => {
              setAsks(false);
              toast("You are signed in only here", { text: endedWords(ended) });
            },
          })
        }
      />
    </>
  );
}
