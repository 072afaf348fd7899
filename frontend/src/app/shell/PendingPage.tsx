import { Loading, Skeleton } from "@/shared/ui/Skeleton";

/** While a page's own code is on its way; its own skeletons come with it. */
export function PendingPage() {
  return (
    <div className="grid gap-4">
      <Loading what="the page" />
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-5 w-80 max-w-full" />
    </div>
  );
}
