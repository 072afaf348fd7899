import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useId } from "react";
import { useForm, useWatch } from "react-hook-form";

import type { AdminAccount } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";
import { planName, PLANS } from "@/shared/ui/planWords";
import { Select } from "@/shared/ui/Select";
import { TextArea } from "@/shared/ui/TextArea";
import { toast } from "@/shared/ui/toasts";

import { useSetTerms } from "../api/setTerms";
import { formOf, termsForm, termsOf } from "../termsForm";

export function TermsDialog({ account, onClose }: { account: AdminAccount; onClose: () => void }) {
  const setTerms = useSetTerms(account.id);
  const formId = useId();
  const { register, handleSubmit, formState, control: form } = useForm({
    resolver: standardSchemaResolver(termsForm),
    defaultValues: formOf(account),
  });
  const submit = handleSubmit((form) => {
    const terms = termsOf(form, account);
    if (terms === null) {
      onClose();
      return;
    }
    setTerms.mutate(terms, {
      onSuccess: () => {
        toast("Plan and limit are set");
        onClose();
      },
    });
  });
  const limit = useWatch({ control: form, name: "limit" });
  const { errors } = formState;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Plan and limit"
      text={`Of the account ${account.name}. The plan counts from the next time that one of its stores is made, repaired or rebuilt.`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={setTerms.isPending}>
            Set
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        {setTerms.error ? <ErrorNotice error={setTerms.error} /> : null}
        <Field label="Plan">
          {(control) => (
            <Select {...control} {...register("plan")} className="w-full">
              {PLANS.map((plan) => (
                <option key={plan} value={plan}>
                  {planName(plan)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Limit of stores">
          {(control) => (
            <Select {...control} {...register("limit")} className="w-full">
              <option value="default">The default of this Souk</option>
              <option value="own">A number for this account</option>
            </Select>
          )}
        </Field>
        {limit === "own" ? (
          <Field
            label="Stores at most"
            error={errors.max_stores?.message}
            hint="Stores that are there stay, even where there are more. No new ones, then."
          >
            {(control) => <Input {...control} {...register("max_stores")} inputMode="numeric" autoComplete="off" />}
          </Field>
        ) : null}
        <Field
          label="Reason"
          aside="optional"
          error={errors.reason?.message}
          hint="It stands in the audit log, and the account’s users read it in theirs."
        >
          {(control) => <TextArea {...control} {...register("reason")} />}
        </Field>
      </form>
    </Dialog>
  );
}
