import type { Store } from "@/shared/api/schema.gen";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Duration } from "@/shared/ui/Duration";
import { engineName } from "@/shared/ui/engineWords";
import { Fact, Facts } from "@/shared/ui/Facts";
import { lookOf, LookPicture } from "@/shared/ui/LookPicture";
import { planName } from "@/shared/ui/planWords";
import { Time } from "@/shared/ui/Time";

export function FactsCard({ store }: { store: Store }) {
  const isOpen = store.state === "ready" && !store.data_lost;
  return (
    <aside aria-label="About this store" className="overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      <div className={`border-b border-line max-lg:hidden ${isOpen ? "" : "opacity-45 grayscale"}`}>
        <LookPicture look={lookOf(store)} />
      </div>
      <div className="p-5">
        <Facts>
          <Fact name="Engine">{engineName(store.engine)}</Fact>
          <Fact name="Plan">
            {planName(store.plan ?? store.chosen_plan ?? "")}
            {store.plan ? null : <span className="text-ink-faint"> (not yet)</span>}
          </Fact>
          <Fact name="Shelves">
            <span className="capitalize">{store.catalog}</span>
            {store.theme && store.theme !== store.catalog ? ` in the look ${store.theme}` : ""}
          </Fact>
          <Fact name="Sells">
            from {countryName(store.country)} in {store.currency}
          </Fact>
          <Fact name="Admin">{store.admin_email}</Fact>
          <Fact name="Created">
            <Time at={store.created_at} />
          </Fact>
          {store.ready_at ? (
            <Fact name="Open since">
              <Time at={store.ready_at} />
            </Fact>
          ) : null}
          {store.ready_at && store.attempt === 1 ? (
            <Fact name="Made in">
              <Duration from={store.created_at} to={store.ready_at} />
            </Fact>
          ) : null}
          {store.attempt > 1 ? <Fact name="Attempt">{store.attempt}</Fact> : null}
          <Fact name="Id">
            <span className="-my-1.5 flex items-center gap-1">
              <code className="min-w-0 truncate font-mono text-xs">{store.id}</code>
              <CopyButton text={store.id} label="Copy the id" className="size-8" />
            </span>
          </Fact>
        </Facts>
      </div>
    </aside>
  );
}

function countryName(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code;
}
