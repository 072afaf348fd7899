import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import type { Session } from "@/shared/api/schema.gen";
import { isOnlyAbout, useFieldProblems } from "@/shared/lib/useFieldProblems";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input, PasswordInput } from "@/shared/ui/Input";
import { SubmitButton } from "@/shared/ui/SubmitButton";

import { isChallenge, useSignIn } from "../api/signIn";

const form = z.object({
  email: z.string().check(z.trim(), z.minLength(1, "Type your e-mail address")),
  password: z.string().check(z.minLength(1, "Type your password")),
});
const FIELDS = ["email", "password"] as const;

type PasswordFormProps = { onSession: (session: Session) => void; onChallenge: (challenge: string) => void };

export function PasswordForm({ onSession, onChallenge }: PasswordFormProps) {
  const signIn = useSignIn();
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: standardSchemaResolver(form),
    defaultValues: { email: "", password: "" },
  });
  useFieldProblems(signIn.error, FIELDS, setError);
  const submit = handleSubmit((values) =>
    signIn.mutate(values, {
      onSuccess: (answer) => (isChallenge(answer) ? onChallenge(answer.challenge) : onSession(answer)),
    }),
  );
  return (
    <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {signIn.error && !isOnlyAbout(signIn.error, FIELDS) ? <ErrorNotice error={signIn.error} /> : null}
      <Field label="E-mail address" error={formState.errors.email?.message}>
        {(control) => (
          <Input {...control} {...register("email")} type="email" autoComplete="username" inputMode="email" />
        )}
      </Field>
      <Field label="Password" error={formState.errors.password?.message}>
        {(control) => <PasswordInput {...control} {...register("password")} autoComplete="current-password" />}
      </Field>
      <SubmitButton busy={signIn.isPending} error={signIn.error} className="mt-2">
        Sign in
      </SubmitButton>
    </form>
  );
}
