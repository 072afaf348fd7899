import { RotateCw, Unplug } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "@/shared/ui/Button";

import { StatusPage } from "./StatusPage";

const ASK_EVERY_MS = 5_000;

/** Souk did not answer the very first request, so nobody knows yet who is signed in. */
export function UnreachablePage({ onRetry }: { onRetry: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => void onRetry(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [onRetry]);
  const retry = () => {
    setBusy(true);
    void onRetry().finally(() => setBusy(false));
  };
  return (
    <main>
      <StatusPage
        icon={Unplug}
        title="Souk does not answer"
        actions={
          <Button look="primary" icon={RotateCw} busy={busy} onClick={retry}>
            Try again now
          </Button>
        }
      >
        <p role="status">
          It may be restarting, or your connection is away. This page tries again every few seconds. Stores that run are
          not touched by this.
        </p>
      </StatusPage>
    </main>
  );
}
