import { Eye, EyeOff, KeyRound } from "lucide-react";
import { useState } from "react";

import type { Credentials, Store } from "@/shared/api/schema.gen";
import { Button, IconButton } from "@/shared/ui/Button";
import { CopyButton } from "@/shared/ui/CopyButton";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

import { useReadCredentials } from "../api/readCredentials";

type CredentialsRevealProps = { store: Pick<Store, "id" | "engine"> };

/** Asks for the keys of the shop only when told to: each look stands in the audit log. */
export function CredentialsReveal({ store }: CredentialsRevealProps) {
  const read = useReadCredentials(store.id);
  if (read.data !== undefined) return <CredentialsTable credentials={read.data} engine={store.engine} />;
  return (
    <div className="grid justify-items-start gap-3">
      {read.error ? <ErrorNotice error={read.error} /> : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button icon={KeyRound} busy={read.isPending} onClick={() => read.mutate()}>
          Reveal the credentials
        </Button>
        <p className="text-sm text-ink-faint">Each look is written into your audit log.</p>
      </div>
    </div>
  );
}

function CredentialsTable({ credentials, engine }: { credentials: Credentials; engine: string }) {
  return (
    <dl className="grid divide-y divide-line rounded-xl border border-line bg-surface" aria-label="Credentials">
      <Line name="Admin" value={credentials.admin_url} />
      <Line name="E-mail" value={credentials.admin_email} />
      <Line name="Password" value={credentials.admin_password} secret />
      {engine === "medusa" ? (
        <Line name="Publishable key" value={credentials.publishable_key} note="What a shop front of your own sends" />
      ) : null}
    </dl>
  );
}

type LineProps = { name: string; value: string; secret?: boolean; note?: string };

function Line({ name, value, secret = false, note }: LineProps) {
  const [shown, setShown] = useState(!secret);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-1.5 pr-2 pl-4 sm:grid-cols-[8.5rem_minmax(0,1fr)_auto]">
      <dt className="text-sm text-ink-faint max-sm:col-span-2 max-sm:pt-1">{name}</dt>
      <dd className="min-w-0">
        <code className="block truncate font-mono text-sm" title={shown ? value : undefined}>
          {shown ? value : "•".repeat(24)}
        </code>
        {note ? <span className="block text-xs text-ink-faint">{note}</span> : null}
      </dd>
      <dd className="flex">
        {secret ? (
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={shown ? `Hide the ${name.toLowerCase()}` : `Show the ${name.toLowerCase()}`}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        ) : null}
        <CopyButton text={value} label={`Copy: ${name}`} />
      </dd>
    </div>
  );
}
