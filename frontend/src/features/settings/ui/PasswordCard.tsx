import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import { useMe } from "@/shared/api/me";
import { isOnlyAbout, useFieldProblems } from "@/shared/lib/useFieldProblems";
import { Card } from "@/shared/ui/Card";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { PasswordInput } from "@/shared/ui/Input";
import { SubmitButton } from "@/shared/ui/SubmitButton";
import { toast } from "@/shared/ui/toasts";

import { useChangePassword } from "../api/changePassword";
import { endedWords } from "../endedWords";

/** As the API has it; whether a password is hard to guess it says itself. */
const PASSWORD_MIN = 12;
const PASSWORD_MAX = 256;

const form = z.object({
  password: z.string().check(z.minLength(1, "Type the password that you sign in with")),
  new_password: z
    .string()
    .check(
      z.minLength(PASSWORD_MIN, `At least ${PASSWORD_MIN} characters; a sentence is good`),
      z.maxLength(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters`),
    ),
});
const FIELDS = ["password", "new_password"] as const;

export function PasswordCard() {
  const me = useMe();
  const change = useChangePassword();
  const { register, handleSubmit, formState, setError, reset } = useForm({
    resolver: standardSchemaResolver(form),
    defaultValues: { password: "", new_password: "" },
  });
  useFieldProblems(change.error, FIELDS, setError);
  const submit = handleSubmit((values) =>
    change.mutate(values, {
      onSuccess: ({ sessions_ended: ended }) => {
        reset();
        toast("Your password is changed", { text: endedWords(ended) });
      },
    }),
  );
  const { errors } = formState;
  return (
    <Card title="Password" text="All your other sessions end with a new one. Access tokens stay.">
      <form noValidate className="grid max-w-md gap-4" onSubmit={(event) => void submit(event)}>
        {change.error && !isOnlyAbout(change.error, FIELDS) ? <ErrorNotice error={change.error} /> : null}
        {/* Password managers want to know whose password it is. */}
        <input type="email" autoComplete="username" value={me.data?.email ?? ""} readOnly hidden />
        <Field label="Password until now" error={errors.password?.message}>
          {(control) => <PasswordInput {...control} {...register("password")} autoComplete="current-password" />}
        </Field>
        <Field
          label="New password"
          error={errors.new_password?.message}
          hint="12 characters or more. A sentence of your own is easy to keep and hard to guess."
        >
          {(control) => <PasswordInput {...control} {...register("new_password")} autoComplete="new-password" />}
        </Field>
        <SubmitButton busy={change.isPending} error={change.error} className="justify-self-start">
          Change the password
        </SubmitButton>
      </form>
    </Card>
  );
}
