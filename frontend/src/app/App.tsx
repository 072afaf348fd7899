import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { brandQuery, useBrand } from "@/shared/api/brand";
import { reachabilityState } from "@/shared/api/reachability";
import { resume, sessionState } from "@/shared/api/session";
import { applyBrandColour } from "@/shared/lib/theme";
import { Toasts } from "@/shared/ui/Toasts";

import { makeQueryClient } from "./queryClient";
import { makeRouter } from "./router";
import { UnreachablePage } from "./shell/UnreachablePage";

const queryClient = makeQueryClient();
const router = makeRouter(queryClient);

// Where it fails, the first component that needs it asks again.
queryClient.query(brandQuery).catch(() => undefined);

// The guard of the routes leads in and out. Whoever leaves takes what was read for them along, once no page shows it.
sessionState.subscribe(() => {
  const isOut = sessionState.get().status === "signed-out";
  if (isOut) void queryClient.cancelQueries();
  void router.invalidate().then(() => {
    if (isOut) queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== brandQuery.queryKey[0] });
  });
});

// What pages asked for while Souk was away they ask for again when it is back.
reachabilityState.subscribe(() => {
  if (reachabilityState.get() === "ok") void queryClient.invalidateQueries();
});

export function App({ startedUnreachable }: { startedUnreachable: boolean }) {
  const [isUnreachable, setUnreachable] = useState(startedUnreachable);
  return (
    <QueryClientProvider client={queryClient}>
      <BrandColour />
      {isUnreachable ? (
        <UnreachablePage onRetry={() => resume().then((outcome) => setUnreachable(outcome === "unreachable"))} />
      ) : (
        <RouterProvider router={router} />
      )}
      <Toasts />
    </QueryClientProvider>
  );
}

function BrandColour() {
  const { colour } = useBrand();
  const isFirst = useRef(true);
  useEffect(() => {
    // The first value may be the default, before the server has answered; theme.js has shown the kept one.
    if (isFirst.current && colour === null && queryClient.getQueryData(brandQuery.queryKey) === undefined) return;
    isFirst.current = false;
    applyBrandColour(colour);
  }, [colour]);
  return null;
}
