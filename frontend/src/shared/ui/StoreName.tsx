import { Link } from "@tanstack/react-router";

import type { Store } from "@/shared/api/schema.gen";

/** What a store is called, above its name: leads to its page. */
export function StoreName({ store }: { store: Pick<Store, "id" | "name" | "title"> }) {
  return (
    <>
      <Link
        to="/stores/$storeId"
        params={{ storeId: store.id }}
        className="block truncate font-medium underline-offset-4 hover:underline"
      >
        {store.title}
      </Link>
      <span className="block truncate text-xs text-ink-faint">{store.name}</span>
    </>
  );
}
