import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { Field } from "@/shared/ui/Field";
import { LookPicture } from "@/shared/ui/LookPicture";
import { Select } from "@/shared/ui/Select";

import { CATALOGS, hasThemes, THEMES } from "../model/offers";
import type { StoreForm } from "../model/storeForm";
import { RadioCard } from "./RadioCard";
import { Section } from "./Section";

type LookSectionProps = {
  register: UseFormRegister<StoreForm>;
  values: StoreForm;
  errors: FieldErrors<StoreForm>;
};

export function LookSection({ register, values, errors }: LookSectionProps) {
  return (
    <Section
      number={3}
      title="Shelves and look"
      text="Twelve products with pictures and prices to begin with, and a look drawn for them. All of it can be changed in the shop."
    >
      <div role="radiogroup" aria-label="Catalogue" className="grid gap-3 sm:grid-cols-3">
        {CATALOGS.map(({ value, title, text }) => (
          <RadioCard
            key={value}
            {...register("catalog")}
            value={value}
            title={title}
            text={text}
            picture={<LookPicture look={value} />}
          />
        ))}
      </div>
      {hasThemes(values.engine) ? (
        <Field
          label="Theme"
          error={errors.theme?.message}
          hint="Astra and Storefront can be had where the operator of this Souk has brought their files."
        >
          {(control) => (
            <Select {...control} {...register("theme")} className="w-full sm:w-80">
              <option value="">The one drawn for the catalogue</option>
              {THEMES.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
    </Section>
  );
}
