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
  // In the order in which they stand: the first one that is not right gets the focus.
  const title = register("title", { onChange: (event: { target: { value: string } }) => onTitle(event.target.value) });
  const name = register("name", { onChange: (event: { target: { value: string } }) => onName(event.target.value) });
  return (
    <Section number={2} title="What it is called">
      <Field label="Title" error={errors.title?.message} hint="What visitors read, in any script. You can change it later.">
        {(control) => <Input {...control} {...title} placeholder="Leyla's Lamps" autoComplete="off" />}
      </Field>
      <NameField name={values.name} error={errors.name?.message} input={name} />
    </Section>
  );
}
