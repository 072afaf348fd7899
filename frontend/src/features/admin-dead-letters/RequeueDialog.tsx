import type { AdminOperation } from "@/shared/api/schema.gen";
import { operationKind } from "@/shared/ui/OperationState";
import { ReasonDialog } from "@/shared/ui/ReasonDialog";
import { toast } from "@/shared/ui/toasts";

import { useRequeue } from "./api/requeue";

export function RequeueDialog({ operation, onClose }: { operation: AdminOperation; onClose: () => void }) {
  const requeue = useRequeue(operation.id);
  return (
    <ReasonDialog
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
      hint="It stands in the audit log, and the store’s owner reads it in theirs."
      missing="Say why: the store’s owner reads it"
      onReason={(reason) =>
        requeue.mutate(reason, {
          onSuccess: () => {
            toast(`${operation.store_name} is queued again`);
            onClose();
          },
        })
      }
    />
  );
}
