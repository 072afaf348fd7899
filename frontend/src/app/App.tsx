import { type Query, QueryClientProvider } from "@tanstack/react-query";
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

/** The code of the page at this address, while it is asked whether somebody is signed in: most often somebody is. */
export function loadPageAhead(): void {
  const [matchedRoutes] = router.getMatchedRoutes(router.latestLocation.pathname);
  // Where it fails, the router loads it again, and says so.
  for (const route of matchedRoutes) router.loadRouteChunk(route)?.catch(() => undefined);
}

// Where it fails, the first component that needs it asks again.
queryClient.query(brandQuery).catch(() => undefined);

/** What only those who are signed in are told. */
const theirs = { predicate: ({ queryKey }: Query) => queryKey[0] !== brandQuery.queryKey[0] };

// The guard of the routes leads in and out. Whoever leaves takes what was read for them along, once no page shows it.
sessionState.subscribe(() => {
  const isOut = sessionState.get().status === "signed-out";
  if (isOut) void queryClient.cancelQueries(theirs);
  void router.invalidate().then(() => {
    if (isOut) queryClient.removeQueries(theirs);
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
