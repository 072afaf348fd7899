import { PartyPopper } from "lucide-react";

import type { StoreDetails } from "@/shared/api/schema.gen";
import { formatDuration } from "@/shared/lib/duration";
import { adminUrl, engineAdmin } from "@/shared/ui/engineWords";
import { OpenButton, SimulatedMark } from "@/shared/ui/ShopLink";

import { CredentialsReveal } from "./CredentialsReveal";
import { Garland } from "./Garland";

/** The moment that all of it was for: the shop is open, and here are its keys. */
export function JoyPanel({ store }: { store: StoreDetails }) {
  const took = store.operation?.duration_ms;
  return (
    <section
      aria-labelledby="joy"
      className="relative overflow-hidden rounded-2xl border border-accent/35 bg-accent-soft shadow-card"
    >
      <Garland />
      <div className="relative grid gap-5 px-6 pt-16 pb-6">
        <div className="animate-rise">
          <h2 id="joy" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xl font-semibold">
            <PartyPopper aria-hidden className="size-6 text-accent" />
            Your shop is open
            <SimulatedMark />
          </h2>
          <p role="status" className="mt-1 max-w-prose text-ink-soft">
            {store.title} lists its products, takes orders and lets you in.
            {took ? ` Made in ${formatDuration(took)}.` : ""}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <OpenButton href={store.url} look="primary" size="large">
            Open the shop
          </OpenButton>
          <OpenButton href={adminUrl(store)} size="large">
            {`Open ${engineAdmin(store.engine)}`}
          </OpenButton>
        </div>
        <CredentialsReveal store={store} />
      </div>
    </section>
  );
}
