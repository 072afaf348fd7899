import { useMemo } from "react";
import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { useMe } from "@/shared/api/me";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";
import { Select } from "@/shared/ui/Select";

import { countries, CURRENCIES } from "../model/countries";
import type { StoreForm } from "../model/storeForm";
import { Section } from "./Section";

const CURRENCY_NAMES: Readonly<Record<string, string>> = { EUR: "Euro", USD: "US dollar", GBP: "Pound sterling" };

type SellingSectionProps = {
  register: UseFormRegister<StoreForm>;
  errors: FieldErrors<StoreForm>;
  onCountry: (country: string) => void;
  onCurrency: () => void;
};

export function SellingSection({ register, errors, onCountry, onCurrency }: SellingSectionProps) {
  const me = useMe();
  const all = useMemo(() => countries(), []);
  return (
    <Section number={4} title="Where it sells">
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Country" error={errors.country?.message}>
          {(control) => (
            <Select
              {...control}
              {...register("country", {
                onChange: (event: { target: { value: string } }) => onCountry(event.target.value),
              })}
              className="w-full"
            >
              {all.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Currency" error={errors.currency?.message}>
          {(control) => (
            <Select {...control} {...register("currency", { onChange: onCurrency })} className="w-full">
              {CURRENCIES.map((currency) => (
                <option key={currency} value={currency}>
                  {currency} · {CURRENCY_NAMES[currency]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field
        label="Who signs in to its admin"
        aside="optional"
        error={errors.admin_email?.message}
        hint="The e-mail address of the shop's first administrator; yours, when empty."
      >
        {(control) => (
          <Input
            {...control}
            {...register("admin_email")}
            type="email"
            inputMode="email"
            autoComplete="off"
            placeholder={me.data?.email ?? ""}
          />
        )}
      </Field>
    </Section>
  );
}
