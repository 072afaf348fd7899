import { Field } from "@/shared/ui/Field";
import { PasswordInput } from "@/shared/ui/Input";

type OwnPasswordProps = { value: string; onChange: (password: string) => void; hint?: string };

/** The password that they sign in with, asked for again. */
export function OwnPassword({ value, onChange, hint }: OwnPasswordProps) {
  return (
    <Field label="Your password" hint={hint}>
      {(control) => (
        <PasswordInput
          {...control}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          autoComplete="current-password"
        />
      )}
    </Field>
  );
}
