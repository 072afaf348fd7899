import type { Store } from "@/shared/api/schema.gen";
import { engineAdmin, adminUrl } from "@/shared/ui/engineWords";
import { OpenButton } from "@/shared/ui/ShopLink";
import { healthLook } from "@/shared/ui/StoreState";
import { toneSoft } from "@/shared/ui/tone";

/** How a shop that is open is doing, and the ways into it. */
type HealthPanelProps = {
  store: Store;
  /** The ways in stand elsewhere on the page. */
  withoutLinks?: boolean;
};

export function HealthPanel({ store, withoutLinks = false }: HealthPanelProps) {
  const look = healthLook(store.health);
  return (
    <section aria-label="Health" className="flex flex-wrap items-center gap-4 rounded-xl border border-line bg-surface p-5 shadow-card">
      <span className={`grid size-11 shrink-0 place-items-center rounded-full ${toneSoft[look.tone]}`}>
        <look.icon aria-hidden className="size-5.5" />
      </span>
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="text-base font-semibold">{look.words}</h2>
        <p className="text-sm text-ink-soft first-letter:uppercase">{store.health_reason ?? look.meaning}</p>
      </div>
      {withoutLinks ? null : (
        <OpenButton href={adminUrl(store)}>{`Open ${engineAdmin(store.engine)}`}</OpenButton>
      )}
    </section>
  );
}
