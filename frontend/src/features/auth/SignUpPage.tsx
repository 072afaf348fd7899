import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { Link } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import { useBrand } from "@/shared/api/brand";
import { isProblem } from "@/shared/api/problem";
import { enter } from "@/shared/api/session";
import { isOnlyAbout, useFieldProblems } from "@/shared/lib/useFieldProblems";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input, PasswordInput } from "@/shared/ui/Input";
import { SubmitButton } from "@/shared/ui/SubmitButton";

import { useSignUp } from "./api/signUp";
import { AuthHeading, authLinkClass } from "./ui/AuthHeading";

/** As the API has it; whether a password is hard to guess it says itself. */
const PASSWORD_MIN = 12;
const PASSWORD_MAX = 256;

const form = z.object({
  email: z.string().check(z.trim(), z.regex(/^\S+@\S+$/, "Type an e-mail address, like leyla@example.com")),
  password: z
    .string()
    .check(
      z.minLength(PASSWORD_MIN, `At least ${PASSWORD_MIN} characters; a sentence is good`),
      z.maxLength(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters`),
    ),
  setup_token: z.string().check(z.trim()),
});
const FIELDS = ["email", "password", "setup_token"] as const;

export function SignUpPage({ to }: { to: string | undefined }) {
  const { registration } = useBrand();
  const signUp = useSignUp();
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: standardSchemaResolver(form),
    defaultValues: { email: "", password: "", setup_token: "" },
  });
  useFieldProblems(signUp.error, FIELDS, setError);
  const needsToken = registration === "setup_token" || isProblem(signUp.error, "auth.setup_token_missing");
  const submit = handleSubmit(({ email, password, setup_token: token }) =>
    signUp.mutate(token === "" ? { email, password } : { email, password, setup_token: token }, { onSuccess: enter }),
  );
  const { errors } = formState;
  return (
    <>
      <AuthHeading title="Open your first shop">
        Have an account?{" "}
        <Link to="/sign-in" search={to === undefined ? {} : { to }} className={authLinkClass}>
          Sign in
        </Link>
      </AuthHeading>
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        {signUp.error && !isOnlyAbout(signUp.error, FIELDS) ? <ErrorNotice error={signUp.error} /> : null}
        <Field label="E-mail address" error={errors.email?.message}>
          {(control) => (
            <Input {...control} {...register("email")} type="email" autoComplete="username" inputMode="email" />
          )}
        </Field>
        <Field
          label="Password"
          error={errors.password?.message}
          hint="12 characters or more. A sentence of your own is easy to keep and hard to guess."
        >
          {(control) => <PasswordInput {...control} {...register("password")} autoComplete="new-password" />}
        </Field>
        {needsToken ? (
          <Field
            label="Setup token"
            error={errors.setup_token?.message}
            hint="For the first user of this Souk, who becomes its operator. Souk prints it where it was started."
          >
            {(control) => (
              <Input
                {...control}
                {...register("setup_token")}
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
              />
            )}
          </Field>
        ) : null}
        <SubmitButton busy={signUp.isPending} error={signUp.error} className="mt-2">
          Make my account
        </SubmitButton>
      </form>
    </>
  );
}
