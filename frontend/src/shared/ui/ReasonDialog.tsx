// An act of an operator that says why: the reason stands in the audit log.
import { useState } from "react";

import { ConfirmDialog } from "./ConfirmDialog";
import { Field } from "./Field";
import { TextArea } from "./TextArea";

/** As the API has it. */
const REASON_MAX = 500;

type ReasonDialogProps = {
  title: string;
  text: string;
  verb: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  /** Who reads the reason. */
  hint: string;
  /** What is said where none is given; without it, one need not be. */
  missing?: string;
  onClose: () => void;
  /** Empty only where it need not be given. */
  onReason: (reason: string) => void;
};

export function ReasonDialog({ hint, missing, onReason, ...dialog }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const isOptional = missing === undefined;
  const confirm = () => {
    const text = reason.trim();
    setMissing(!isOptional && text === "");
    if (isOptional || text !== "") onReason(text);
  };
  return (
    <ConfirmDialog open {...dialog} onConfirm={confirm}>
      <Field
        label="Reason"
        hint={hint}
        {...(isOptional ? { aside: "optional" } : {})}
        error={isMissing ? missing : undefined}
      >
        {(control) => (
          <TextArea
            {...control}
            value={reason}
            maxLength={REASON_MAX}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
