import { type ReactNode, useState } from "react";

import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";
import { Field } from "./Field";
import { Input } from "./Input";

type ConfirmDialogProps = {
  open: boolean;
  onClose: () => void;
  /** Asks for the act: "Delete leylas-lamps?" */
  title: string;
  text?: ReactNode;
  /** The button's verb: "Delete the store". */
  verb: string;
  danger?: boolean;
  /** What has to be typed before the button takes a click. */
  typed?: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  children?: ReactNode;
};

export function ConfirmDialog(props: ConfirmDialogProps) {
  // What was typed goes with the dialog: the next one begins empty.
  return props.open ? <OpenConfirm {...props} /> : null;
}

function OpenConfirm({
  onClose,
  title,
  text,
  verb,
  danger = false,
  typed,
  busy = false,
  error,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const [text_, setText] = useState("");
  const agreed = typed === undefined || text_.trim() === typed;
  const confirm = () => {
    if (agreed && !busy) onConfirm();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      text={text}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={danger ? "danger" : "primary"} busy={busy} disabled={!agreed} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {typed === undefined ? null : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            confirm();
          }}
        >
          <Field
            label={
              <span className="flex items-center gap-1">
                <span>
                  Type <code className="rounded bg-sunken px-1 font-mono">{typed}</code> to confirm
                </span>
                <CopyButton text={typed} label={`Copy ${typed}`} className="size-7" />
              </span>
            }
          >
            {(control) => (
              <Input
                {...control}
                value={text_}
                onChange={(event) => setText(event.target.value)}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
              />
            )}
          </Field>
        </form>
      )}
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  );
}
