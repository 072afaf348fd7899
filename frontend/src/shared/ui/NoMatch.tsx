import { SearchX } from "lucide-react";

import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

/** There are some, but none fits: other than a list of none, this is mended by a click. */
export function NoMatch({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing fits"
      text={`No ${what} fits the search and the filters.`}
      action={<Button onClick={onClear}>Clear search and filters</Button>}
    />
  );
}
