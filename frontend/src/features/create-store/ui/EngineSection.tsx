import type { UseFormRegister } from "react-hook-form";

import { ENGINES } from "../model/offers";
import type { StoreForm } from "../model/storeForm";
import { RadioCard } from "./RadioCard";
import { Section } from "./Section";

export function EngineSection({ register }: { register: UseFormRegister<StoreForm> }) {
  return (
    <Section number={1} title="What it runs on">
      <div role="radiogroup" aria-label="Engine" className="grid gap-3 sm:grid-cols-2">
        {ENGINES.map(({ value, title, text, points }) => (
          <RadioCard key={value} {...register("engine")} value={value} title={title} text={text}>
            <span className="mt-1.5 flex flex-wrap gap-1.5">
              {points.map((point) => (
                <span key={point} className="rounded-md bg-sunken px-2 py-0.5 text-xs text-ink-soft">
                  {point}
                </span>
              ))}
            </span>
          </RadioCard>
        ))}
      </div>
    </Section>
  );
}
