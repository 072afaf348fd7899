import { Trash2 } from "lucide-react";
import { useState } from "react";

import type { Store } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { toast } from "@/shared/ui/toasts";

import { useDeleteStore } from "../api/deleteStore";

/** Deleting is open in every state, whatever the quota says and whatever is at work on the store. */
export function DangerZone({ store }: { store: Store }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteStore(store.id);
  const isOnItsWay = store.state === "deleting" || store.state === "deleted";
  return (
    <div id="danger">
      <Card
        tone="danger"
        title="Delete this store"
        text={
          isOnItsWay
            ? "It is being deleted, or is gone already. The steps stand under Overview."
            : "The shop, its data and its address go, and do not come back."
        }
        actions={
          <Button look="danger" icon={Trash2} disabled={isOnItsWay} onClick={() => setAsking(true)}>
            Delete the store…
          </Button>
        }
      />
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${store.name}?`}
        text="This cannot be undone, and Souk keeps no copy. What is lost:"
        verb="Delete the store"
        danger
        typed={store.name}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              setAsking(false);
              toast(`${store.title} is being deleted`);
            },
          })
        }
      >
        <ul className="grid list-disc gap-1 pl-5 text-sm">
          {losses(store).map((loss) => (
            <li key={loss}>{loss}</li>
          ))}
        </ul>
      </ConfirmDialog>
    </div>
  );
}

function losses(store: Store): string[] {
  const address = `the address ${store.host}: a new store gets another one`;
  if (store.state === "failed") return [address, "nothing else: what had been made of it was removed when it failed"];
  if (store.state !== "ready") return ["all that has been made of it so far", address];
  if (store.data_lost) return ["the empty place that is left of it", address];
  return [
    "all products, prices and pictures",
    "all orders, customers and their addresses",
    store.engine === "woocommerce" ? "all pages, posts, themes and plugins of its WordPress" : "all settings of its admin",
    "its credentials, with everything that signs in by them",
    address,
  ];
}
