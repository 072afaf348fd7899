import type { FieldErrors, UseFormRegister } from "react-hook-form";

import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";

import type { StoreForm } from "../model/storeForm";
import { NameField } from "./NameField";
import { Section } from "./Section";

type NameSectionProps = {
  register: UseFormRegister<StoreForm>;
  values: StoreForm;
  errors: FieldErrors<StoreForm>;
  onTitle: (title: string) => void;
  onName: (name: string) => void;
};

export function NameSection({ register, values, errors, onTitle, onName }: NameSectionProps) {
  return (
    <Section number={2} title="What it is called">
      <Field label="Title" error={errors.title?.message} hint="What visitors read, in any script. You can change it later.">
        {(control) => (
          <Input
            {...control}
            {...register("title", { onChange: (event: { target: { value: string } }) => onTitle(event.target.value) })}
            placeholder="Leyla's Lamps"
            autoComplete="off"
          />
        )}
      </Field>
      <NameField
        name={values.name}
        error={errors.name?.message}
        input={register("name", { onChange: (event: { target: { value: string } }) => onName(event.target.value) })}
      />
    </Section>
  );
}
