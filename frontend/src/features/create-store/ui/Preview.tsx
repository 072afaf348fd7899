import { useBrand } from "@/shared/api/brand";
import { LookPicture } from "@/shared/ui/LookPicture";

import { countryName } from "../model/countries";
import { hasThemes } from "../model/offers";
import type { StoreForm } from "../model/storeForm";

/** The shop as it will be, while it is being chosen. */
export function Preview({ form }: { form: StoreForm }) {
  const { store_domain_suffix: suffix } = useBrand();
  const look = hasThemes(form.engine) && form.theme !== "" ? form.theme : form.catalog;
  return (
    <figure className="overflow-hidden rounded-xl border border-line-strong bg-surface shadow-raised">
      <div className="flex items-center gap-1.5 border-b border-line bg-sunken px-3 py-2.5">
        {[0, 1, 2].map((dot) => (
          <span key={dot} aria-hidden className="size-2.5 rounded-full bg-line-strong" />
        ))}
        <span className="ml-2 min-w-0 flex-1 truncate rounded-md bg-surface px-2.5 py-0.5 text-xs text-ink-faint">
          {form.name || "your-shop"}-••••••.{suffix.replace(/^\./, "")}
        </span>
      </div>
      <LookPicture look={look} />
      <figcaption className="grid gap-0.5 border-t border-line p-4">
        <span className="truncate text-lg font-semibold">{form.title || "Your shop"}</span>
        <span className="text-sm text-ink-soft">
          Twelve products, priced in {form.currency}, sold from {countryName(form.country)}
        </span>
      </figcaption>
    </figure>
  );
}
