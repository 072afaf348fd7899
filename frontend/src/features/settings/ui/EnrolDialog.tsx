import { useId, useState } from "react";

import type { Enrolment } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";

import { useConfirmSecondFactor } from "../api/confirmSecondFactor";
import { useEnrolSecondFactor } from "../api/enrolSecondFactor";
import { OwnPassword } from "./OwnPassword";
import { QrCode } from "./QrCode";

type EnrolDialogProps = { onClose: () => void; onCodes: (codes: readonly string[]) => void };

/** Password, then the app, then its first code. Whoever leaves in between has changed nothing. */
export function EnrolDialog({ onClose, onCodes }: EnrolDialogProps) {
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  return enrolment === null ? (
    <AskPassword onClose={onClose} onEnrolment={setEnrolment} />
  ) : (
    <ConfirmApp enrolment={enrolment} onClose={onClose} onCodes={onCodes} />
  );
}

function AskPassword({ onClose, onEnrolment }: { onClose: () => void; onEnrolment: (enrolment: Enrolment) => void }) {
  const enrol = useEnrolSecondFactor();
  const [password, setPassword] = useState("");
  const formId = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Set up a second factor"
      text="An authenticator app on your phone shows a new code every 30 seconds. Whoever has only your password cannot come in, then."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={enrol.isPending} disabled={password === ""}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!enrol.isPending) enrol.mutate(password, { onSuccess: onEnrolment });
        }}
      >
        {enrol.error ? <ErrorNotice error={enrol.error} /> : null}
        <OwnPassword value={password} onChange={setPassword} hint="So that nobody does this on a device that you left alone." />
      </form>
    </Dialog>
  );
}

const CODE_LENGTH = 6;

function ConfirmApp({ enrolment, onClose, onCodes }: EnrolDialogProps & { enrolment: Enrolment }) {
  const confirm = useConfirmSecondFactor();
  const [code, setCode] = useState("");
  const formId = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      size="medium"
      title="Scan, then type the code"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            look="primary"
            busy={confirm.isPending}
            disabled={code.length !== CODE_LENGTH}
          >
            Turn it on
          </Button>
        </>
      }
    >
      <div className="grid justify-items-center gap-5 sm:grid-cols-[auto_minmax(0,1fr)] sm:justify-items-stretch">
        <QrCode text={enrolment.otpauth_uri} label="QR code with the secret for your authenticator app" />
        <div className="grid w-full min-w-0 content-start gap-4">
          <p className="text-sm text-ink-soft">
            Scan the code with an authenticator app. Where that cannot be done, type this secret there:
          </p>
          <p className="flex items-center gap-1 rounded-lg bg-sunken py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 font-mono text-sm break-all">{inFours(enrolment.secret)}</code>
            <CopyButton text={enrolment.secret} label="Copy the secret" />
          </p>
          <form
            id={formId}
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (confirm.isPending || code.length !== CODE_LENGTH) return;
              confirm.mutate(code, {
                onSuccess: ({ recovery_codes: codes }) => onCodes(codes),
                onError: () => setCode(""),
              });
            }}
          >
            <Field label="Code of the app">
              {(control) => (
                <Input
                  {...control}
                  value={code}
                  onChange={({ target }) => setCode(target.value.replace(/\D/g, "").slice(0, CODE_LENGTH))}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  className="h-12 font-mono text-lg tracking-widest"
                />
              )}
            </Field>
            {confirm.error ? <ErrorNotice error={confirm.error} /> : null}
          </form>
        </div>
      </div>
    </Dialog>
  );
}

function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
