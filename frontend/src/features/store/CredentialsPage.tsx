import { KeyRound } from "lucide-react";

import { Card } from "@/shared/ui/Card";
import { EmptyState } from "@/shared/ui/EmptyState";

import { useStore } from "./api/getStore";
import { useIsOwn } from "./api/useIsOwn";
import { CredentialsReveal } from "./ui/CredentialsReveal";
import { OwnerOnly } from "./ui/OwnerOnly";

export function CredentialsPage({ id }: { id: string }) {
  const store = useStore(id);
  const isOwn = useIsOwn(store);
  if (!isOwn) return <OwnerOnly />;
  if (store.state !== "ready") {
    return (
      <EmptyState
        icon={KeyRound}
        title="There are no keys yet"
        text="The credentials of a store can be seen when it is ready. Each attempt at it draws new ones."
      />
    );
  }
  return (
    <Card
      title="The keys of the shop"
      text="With them one can change everything in it. They are shown when you ask, and hidden again when you leave this page."
    >
      <CredentialsReveal store={store} />
    </Card>
  );
}
