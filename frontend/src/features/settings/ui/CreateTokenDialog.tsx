import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { CircleAlert } from "lucide-react";
import { useId } from "react";
import { useForm } from "react-hook-form";

import type { NewToken } from "@/shared/api/schema.gen";
import { useSession } from "@/shared/api/session";
import { isOnlyAbout, useFieldProblems } from "@/shared/lib/useFieldProblems";
import { Button } from "@/shared/ui/Button";
import { Checkbox } from "@/shared/ui/Checkbox";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";
import { Select } from "@/shared/ui/Select";

import { useCreateToken } from "../api/createToken";
import { DAYS, dayWords, SCOPE_WORDS, scopesFor, type TokenForm, tokenForm, tokenOf } from "../tokenForm";

const FIELDS = ["name", "scopes"] as const;
const EMPTY: TokenForm = { name: "", scopes: ["stores:read"], days: "90" };

type CreateTokenDialogProps = { onClose: () => void; onToken: (token: NewToken) => void };

export function CreateTokenDialog({ onClose, onToken }: CreateTokenDialogProps) {
  const session = useSession();
  const create = useCreateToken();
  const formId = useId();
  const errorId = useId();
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: standardSchemaResolver(tokenForm),
    defaultValues: EMPTY,
  });
  useFieldProblems(create.error, FIELDS, setError);
  const submit = handleSubmit((form) => create.mutate(tokenOf(form), { onSuccess: onToken }));
  const { errors } = formState;
  const isOperator = session.status === "signed-in" && session.user.isOperator;
  return (
    <Dialog
      open
      onClose={onClose}
      size="medium"
      title="New access token"
      text="For scripts and programs that work with Souk in your name."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={create.isPending}>
            Make the token
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="grid gap-5" onSubmit={(event) => void submit(event)}>
        {create.error && !isOnlyAbout(create.error, FIELDS) ? <ErrorNotice error={create.error} /> : null}
        <Field label="Name" error={errors.name?.message} hint="What it is for, so that you know it again.">
          {(control) => <Input {...control} {...register("name")} placeholder="Nightly report" autoComplete="off" />}
        </Field>
        <fieldset aria-describedby={errors.scopes ? errorId : undefined}>
          <legend className="mb-2 text-sm font-medium">What it may do</legend>
          <div className="grid gap-3">
            {scopesFor(isOperator).map((scope) => (
              <Checkbox
                key={scope}
                {...register("scopes")}
                value={scope}
                label={
                  <>
                    {SCOPE_WORDS[scope].label} <code className="ml-1 font-mono text-xs text-ink-faint">{scope}</code>
                  </>
                }
                hint={SCOPE_WORDS[scope].what}
              />
            ))}
          </div>
          {errors.scopes ? (
            <p id={errorId} className="mt-2 flex items-start gap-1.5 text-sm text-bad">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              {errors.scopes.message}
            </p>
          ) : null}
        </fieldset>
        <Field label="Good for">
          {(control) => (
            <Select {...control} {...register("days")} className="w-full sm:w-48">
              {DAYS.map((days) => (
                <option key={days} value={days}>
                  {dayWords(days)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </form>
    </Dialog>
  );
}
