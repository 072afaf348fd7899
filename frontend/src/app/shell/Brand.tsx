import { useBrand } from "@/shared/api/brand";
import { Badge } from "@/shared/ui/Badge";

import { Mark } from "./Mark";

export function BrandName() {
  const { name, simulated } = useBrand();
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Mark />
      <span className="truncate text-base font-semibold tracking-tight" title={name}>
        {name}
      </span>
      {simulated ? (
        <Badge tone="warn" title="No cluster: stores are pretended, and no shop can be opened">
          simulated
        </Badge>
      ) : null}
    </span>
  );
}
