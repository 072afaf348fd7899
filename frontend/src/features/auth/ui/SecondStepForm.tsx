import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import { isProblem } from "@/shared/api/problem";
import type { Session } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";
import { SubmitButton } from "@/shared/ui/SubmitButton";

import { useSecondStep } from "../api/secondStep";

const form = z.object({ code: z.string().check(z.trim(), z.minLength(6, "Six digits, or a recovery code")) });

type SecondStepFormProps = { challenge: string; onSession: (session: Session) => void; onAgain: () => void };

export function SecondStepForm({ challenge, onSession, onAgain }: SecondStepFormProps) {
  const secondStep = useSecondStep();
  const { register, handleSubmit, formState } = useForm({
    resolver: standardSchemaResolver(form),
    defaultValues: { code: "" },
  });
  const isOver = isProblem(secondStep.error, "auth.challenge_invalid");
  const submit = handleSubmit(({ code }) => secondStep.mutate({ challenge, code }, { onSuccess: onSession }));
  return (
    <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {secondStep.error ? <ErrorNotice error={secondStep.error} /> : null}
      <Field label="Code" error={formState.errors.code?.message}>
        {(control) => (
          <Input
            {...control}
            {...register("code")}
            // The page has changed into this one field, on the click of its user.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            className="h-12 font-mono text-lg tracking-widest"
          />
        )}
      </Field>
      {isOver ? null : (
        <SubmitButton busy={secondStep.isPending} error={secondStep.error} className="mt-2">
          Confirm
        </SubmitButton>
      )}
      <Button look={isOver ? "primary" : "quiet"} onClick={onAgain}>
        Begin again
      </Button>
    </form>
  );
}
