import { Loading, Skeleton } from "@/shared/ui/Skeleton";

export function StoreFrameSkeleton() {
  return (
    <div>
      <Loading what="the store" />
      <Skeleton className="mb-2 h-5 w-24" />
      <Skeleton className="h-9 w-72 max-w-full" />
      <Skeleton className="mt-1 mb-6 h-6 w-80 max-w-full" />
      <div className="mb-6 h-10 border-b border-line" />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-80 rounded-xl" />
        <Skeleton className="h-80 rounded-xl" />
      </div>
    </div>
  );
}
