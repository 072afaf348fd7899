import type { AdminUser } from "@/shared/api/schema.gen";
import { ReasonDialog } from "@/shared/ui/ReasonDialog";
import { toast } from "@/shared/ui/toasts";

import { useRestoreUser } from "../api/restoreUser";

export function RestoreDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const restore = useRestoreUser(user.id);
  return (
    <ReasonDialog
      onClose={onClose}
      title={`Let ${user.email} in again?`}
      text="They can sign in from this moment on. Personal access tokens that have not expired count again."
      verb="Let in again"
      busy={restore.isPending}
      error={restore.error}
      hint="For the audit log."
      onReason={(reason) =>
        restore.mutate(reason || null, {
          onSuccess: () => {
            toast(`${user.email} may come in again`);
            onClose();
          },
        })
      }
    />
  );
}
