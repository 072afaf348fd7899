import { Lock } from "lucide-react";

import { EmptyState } from "@/shared/ui/EmptyState";

/** In place of what the server would refuse to an operator who looks at another's store. */
export function OwnerOnly() {
  return (
    <EmptyState
      icon={Lock}
      title="Only its owner comes in here"
      text="Operators see how a store is doing; its keys and what it is called are its owner’s."
    />
  );
}
