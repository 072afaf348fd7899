import { CircleCheck, CircleSlash } from "lucide-react";

import type { AdminUser } from "@/shared/api/schema.gen";
import { Badge } from "@/shared/ui/Badge";

/** The one owner of what it looks like whether a user may come in. */
export function UserStanding({ user }: { user: Pick<AdminUser, "suspended_at"> }) {
  return user.suspended_at ? (
    <Badge tone="bad" icon={CircleSlash}>
      Suspended
    </Badge>
  ) : (
    <Badge tone="ok" icon={CircleCheck}>
      Yes
    </Badge>
  );
}
