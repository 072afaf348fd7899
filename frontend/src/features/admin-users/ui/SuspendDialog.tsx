import { useState } from "react";

import type { AdminUser } from "@/shared/api/schema.gen";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { Field } from "@/shared/ui/Field";
import { TextArea } from "@/shared/ui/TextArea";
import { toast } from "@/shared/ui/toasts";

import { useSuspendUser } from "../api/suspendUser";

/** As the API has it. */
export const REASON_MAX = 500;

export function SuspendDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const suspend = useSuspendUser(user.id);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const confirm = () => {
    const text = reason.trim();
    setMissing(text === "");
    if (text === "") return;
    suspend.mutate(text, {
      onSuccess: () => {
        toast(`${user.email} is suspended`);
        onClose();
      },
    });
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Suspend ${user.email}?`}
      text="They are signed out everywhere at once, and their tokens stop to count. Their stores go on, and nothing of them is lost."
      verb="Suspend"
      danger
      busy={suspend.isPending}
      error={suspend.error}
      onConfirm={confirm}
    >
      <Field
        label="Reason"
        hint="It stands in the audit log, and the user reads it in theirs."
        error={missing ? "Say why: the user reads it" : undefined}
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
