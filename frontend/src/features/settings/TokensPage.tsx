import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import type { NewToken, Token } from "@/shared/api/schema.gen";
import { useNow } from "@/shared/lib/useNow";
import { Badge } from "@/shared/ui/Badge";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Time } from "@/shared/ui/Time";
import { toast } from "@/shared/ui/toasts";

import { useTokens } from "./api/listTokens";
import { useRevokeToken } from "./api/revokeToken";
import { SettingsFrame } from "./SettingsFrame";
import { scopeWords } from "./tokenForm";
import { CreateTokenDialog } from "./ui/CreateTokenDialog";
import { NewTokenNotice } from "./ui/NewTokenNotice";

export function TokensPage() {
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const [revoked, setRevoked] = useState<Token | null>(null);
  return (
    <SettingsFrame title="Access tokens">
      <div className="grid max-w-3xl gap-6">
        {made ? <NewTokenNotice token={made} onKept={() => setMade(null)} /> : null}
        <Card
          title="Personal access tokens"
          text="For scripts. They go on when you sign out or change your password."
          actions={
            <Button size="small" look="primary" icon={Plus} onClick={() => setNew(true)}>
              New token
            </Button>
          }
          flush
        >
          <Tokens onRevoke={setRevoked} />
        </Card>
      </div>
      {isNew ? (
        <CreateTokenDialog
          onClose={() => setNew(false)}
          onToken={(token) => {
            setNew(false);
            setMade(token);
          }}
        />
      ) : null}
      {revoked ? (
        <RevokeDialog
          token={revoked}
          onClose={() => setRevoked(null)}
          onRevoked={() => {
            if (made?.id === revoked.id) setMade(null);
          }}
        />
      ) : null}
    </SettingsFrame>
  );
}

function Tokens({ onRevoke }: { onRevoke: (token: Token) => void }) {
  const tokens = useTokens();
  if (tokens.data === undefined) {
    return (
      <div className="px-5 pb-5">
        {tokens.error ? (
          <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />
        ) : (
          <>
            <Loading what="your tokens" />
            <Skeleton className="h-36" />
          </>
        )}
      </div>
    );
  }
  if (tokens.data.items.length === 0) {
    return <EmptyState icon={KeyRound} title="No token yet" text="Make one when a script of yours wants to work with Souk." />;
  }
  return (
    <ul className="divide-y divide-line border-t border-line">
      {tokens.data.items.map((token) => (
        <TokenRow key={token.id} token={token} onRevoke={() => onRevoke(token)} />
      ))}
    </ul>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const now = useNow();
  const isOver = new Date(token.expires_at) <= now;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium break-all">
          {token.name}
          {isOver ? <Badge tone="bad">Expired</Badge> : null}
        </p>
        <p className="mt-1 flex flex-wrap gap-1.5">
          {token.scopes.map((scope) => (
            <Badge key={scope} title={scope} tone={scope === "admin" ? "accent" : "neutral"}>
              {scopeWords(scope)}
            </Badge>
          ))}
        </p>
        <p className="mt-1.5 text-xs text-ink-faint">
          {token.last_used_at ? (
            <>
              Last used <Time at={token.last_used_at} />
            </>
          ) : (
            "Never used"
          )}
          {" · "}made <Time at={token.created_at} />
          {" · "}
          {isOver ? "expired" : "expires"} <Time at={token.expires_at} />
        </p>
      </div>
      <Button size="small" look="danger" aria-label={`Revoke ${token.name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

type RevokeDialogProps = { token: Token; onClose: () => void; onRevoked: () => void };

function RevokeDialog({ token, onClose, onRevoked }: RevokeDialogProps) {
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke “${token.name}”?`}
      text="It is worth nothing at once. Programs that use it are refused from then on, and it cannot be had back."
      verb="Revoke"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() =>
        revoke.mutate(token.id, {
          onSuccess: () => {
            onRevoked();
            onClose();
            toast(`“${token.name}” is revoked`);
          },
        })
      }
    />
  );
}
