import { Link } from "@tanstack/react-router";
import { Eye } from "lucide-react";

import type { StoreDetails } from "@/shared/api/schema.gen";

/** To an operator, at the store of somebody else. */
export function ForeignNotice({ store }: { store: StoreDetails }) {
  return (
    <p className="mb-6 flex gap-3 rounded-lg bg-info-soft px-4 py-3 text-sm text-info">
      <Eye aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        This is somebody else’s store: you see it as operator, and only its owner changes it and sees its keys.{" "}
        <Link to="/admin/operations" search={{ store: store.id }} className="font-medium underline underline-offset-2">
          Its operations
        </Link>
        {", "}
        <Link to="/admin/audit" search={{ store: store.id }} className="font-medium underline underline-offset-2">
          its audit log
        </Link>
        . What an operator does to it, <code>souk admin</code> does.
      </span>
    </p>
  );
}
