import { createFileRoute, Outlet } from "@tanstack/react-router";

import { storeQuery } from "@/features/store/api/getStore";
import { StoreFrame } from "@/features/store/ui/StoreFrame";
import { StoreFrameSkeleton } from "@/features/store/ui/StoreFrameSkeleton";

import { orNotFound } from "../../../orNotFound";

export const Route = createFileRoute("/_app/stores/$storeId")({
  // A store that is not there, or another's, ends here: the router shows the same page for both.
  loader: ({ context, params }) =>
    orNotFound(context.queryClient.query({ ...storeQuery(params.storeId), staleTime: "static" })),
  pendingComponent: StoreFrameSkeleton,
  component: Page,
});

function Page() {
  const { storeId } = Route.useParams();
  return (
    <StoreFrame id={storeId} key={storeId}>
      <Outlet />
    </StoreFrame>
  );
}
