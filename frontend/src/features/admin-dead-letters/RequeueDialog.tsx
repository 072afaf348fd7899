import { useState } from "react";

import type { AdminOperation } from "@/shared/api/schema.gen";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { Field } from "@/shared/ui/Field";
import { operationKind } from "@/shared/ui/OperationState";
import { TextArea } from "@/shared/ui/TextArea";
import { toast } from "@/shared/ui/toasts";

import { useRequeue } from "./api/requeue";

const REASON_MAX = 500;

export function RequeueDialog({ operation, onClose }: { operation: AdminOperation; onClose: () => void }) {
  const requeue = useRequeue(operation.id);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const confirm = () => {
    const text = reason.trim();
    setMissing(text === "");
    if (text === "") return;
    requeue.mutate(text, {
      onSuccess: () => {
        toast(`${operation.store_name} is queued again`);
        onClose();
      },
    });
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Queue it again for ${operation.store_name}?`}
      text={
        operation.kind === "provision"
          ? "It begins again from its first step, with all its tries, a new namespace and new secrets."
          : `“${operationKind(operation.kind)}” begins again from its first step, with all its tries.`
      }
      verb="Queue again"
      busy={requeue.isPending}
      error={requeue.error}
      onConfirm={confirm}
    >
      <Field
        label="Reason"
        hint="It stands in the audit log, and the store’s owner reads it in theirs."
        error={missing ? "Say why: the store’s owner reads it" : undefined}
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
