import { useId, useState } from "react";

import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";

import { OwnPassword } from "./OwnPassword";

type ProveDialogProps = {
  title: string;
  text: string;
  verb: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onProof: (proof: { password: string; code: string }) => void;
};

/** Takes both factors, for what changes the second one. */
export function ProveDialog({ title, text, verb, danger = false, busy, error, onClose, onProof }: ProveDialogProps) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const formId = useId();
  const isWhole = password !== "" && code.trim() !== "";
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      text={text}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look={danger ? "danger" : "primary"} busy={busy} disabled={!isWhole}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && isWhole) onProof({ password, code: code.trim() });
        }}
      >
        {error ? <ErrorNotice error={error} /> : null}
        <OwnPassword value={password} onChange={setPassword} />
        <Field label="Code" hint="Six digits of your app, or one of your recovery codes.">
          {(control) => (
            <Input
              {...control}
              value={code}
              onChange={({ target }) => setCode(target.value)}
              autoComplete="one-time-code"
              autoCapitalize="off"
              spellCheck={false}
              className="font-mono tracking-widest"
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
