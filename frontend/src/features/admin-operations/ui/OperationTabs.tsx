import { Link } from "@tanstack/react-router";

import { LinkTabs, tabClass } from "@/shared/ui/LinkTabs";

export function OperationTabs() {
  return (
    <LinkTabs label="Operations">
      <Link
        to="/admin/operations"
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={{ "aria-current": "page" }}
        className={tabClass}
      >
        All
      </Link>
      <Link to="/admin/operations/queue" activeProps={{ "aria-current": "page" }} className={tabClass}>
        Queue and permits
      </Link>
    </LinkTabs>
  );
}
