import { useState } from "react";

import type { AdminUser } from "@/shared/api/schema.gen";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { Field } from "@/shared/ui/Field";
import { TextArea } from "@/shared/ui/TextArea";
import { toast } from "@/shared/ui/toasts";

import { useRestoreUser } from "../api/restoreUser";
import { REASON_MAX } from "./SuspendDialog";

export function RestoreDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const restore = useRestoreUser(user.id);
  const [reason, setReason] = useState("");
  const confirm = () =>
    restore.mutate(reason.trim() || null, {
      onSuccess: () => {
        toast(`${user.email} may come in again`);
        onClose();
      },
    });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Let ${user.email} in again?`}
      text="They can sign in from this moment on. Personal access tokens that have not expired count again."
      verb="Let in again"
      busy={restore.isPending}
      error={restore.error}
      onConfirm={confirm}
    >
      <Field label="Reason" aside="optional" hint="For the audit log.">
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
