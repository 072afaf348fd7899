import type { AdminUser } from "@/shared/api/schema.gen";
import { ReasonDialog } from "@/shared/ui/ReasonDialog";
import { toast } from "@/shared/ui/toasts";

import { useSuspendUser } from "../api/suspendUser";

export function SuspendDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const suspend = useSuspendUser(user.id);
  return (
    <ReasonDialog
      onClose={onClose}
      title={`Suspend ${user.email}?`}
      text="They are signed out everywhere at once, and their tokens stop to count. Their stores go on, and nothing of them is lost."
      verb="Suspend"
      danger
      busy={suspend.isPending}
      error={suspend.error}
      hint="It stands in the audit log, and the user reads it in theirs."
      missing="Say why: the user reads it"
      onReason={(reason) =>
        suspend.mutate(reason, {
          onSuccess: () => {
            toast(`${user.email} is suspended`);
            onClose();
          },
        })
      }
    />
  );
}
