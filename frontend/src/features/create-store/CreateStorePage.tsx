import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import { useForm, useWatch } from "react-hook-form";

import { isProblem } from "@/shared/api/problem";
import { useQuota } from "@/shared/api/quota";
import { creationNow } from "@/shared/lib/creation";
import { isOnlyAbout, useFieldProblems } from "@/shared/lib/useFieldProblems";
import { useNow } from "@/shared/lib/useNow";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { PageHeader } from "@/shared/ui/PageHeader";
import { SubmitButton } from "@/shared/ui/SubmitButton";

import { useCreateStore } from "./api/createStore";
import { likelyCountry, usualCurrency } from "./model/countries";
import { nameFromTitle } from "./model/slug";
import { requestOf, STORE_FIELDS, type StoreForm, storeForm } from "./model/storeForm";
import { EngineSection } from "./ui/EngineSection";
import { LookSection } from "./ui/LookSection";
import { NameSection } from "./ui/NameSection";
import { Preview } from "./ui/Preview";
import { QuotaNotice } from "./ui/QuotaNotice";
import { SellingSection } from "./ui/SellingSection";

export function CreateStorePage({ onCreated }: { onCreated: (storeId: string) => void }) {
  const create = useCreateStore();
  // Not judged when a field is left: what is said then moves the button away from under the pointer that presses it.
  const form = useForm({ resolver: standardSchemaResolver(storeForm), defaultValues: firstValues() });
  const { control, formState, handleSubmit, setError, setValue } = form;
  const values = useWatch({ control }) as StoreForm;
  useFieldProblems(create.error, STORE_FIELDS, setError);
  useWordsOfProblem(create.error, setError);
  const ownName = useRef(false);
  const ownCurrency = useRef(false);
  const isBlocked = useIsBlocked();

  const submit = handleSubmit((chosen) =>
    create.mutate(requestOf(chosen), { onSuccess: ({ store }) => onCreated(store.id) }),
  );
  const proposeName = (title: string) => {
    if (!ownName.current) setValue("name", nameFromTitle(title), { shouldValidate: formState.isSubmitted });
  };
  const proposeCurrency = (country: string) => {
    if (!ownCurrency.current) setValue("currency", usualCurrency(country));
  };
  return (
    <>
      <PageHeader
        title="Create a store"
        text="A shop of your own, with its own admin, in about a minute."
        above={
          <Link to="/stores" className="inline-flex items-center gap-1.5 text-sm text-ink-soft hover:text-ink">
            <ArrowLeft aria-hidden className="size-4" /> My stores
          </Link>
        }
      />
      <div className="grid items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <form noValidate className="min-w-0" onSubmit={(event) => void submit(event)}>
          <EngineSection register={form.register} />
          <NameSection
            register={form.register}
            values={values}
            errors={formState.errors}
            onTitle={proposeName}
            onName={(name) => {
              ownName.current = name !== "";
            }}
          />
          <LookSection register={form.register} values={values} errors={formState.errors} />
          <SellingSection
            register={form.register}
            errors={formState.errors}
            onCountry={proposeCurrency}
            onCurrency={() => {
              ownCurrency.current = true;
            }}
          />
          <div className="grid gap-4 border-t border-line pt-6 sm:pl-9">
            {create.error && !isOnlyAbout(create.error, STORE_FIELDS) ? <ErrorNotice error={create.error} /> : null}
            <QuotaNotice />
            <div className="flex flex-wrap items-center gap-4">
              <SubmitButton busy={create.isPending} error={isBlocked ? null : create.error}>
                Create the store
              </SubmitButton>
              <p className="text-sm text-ink-faint">You can watch it being made.</p>
            </div>
          </div>
        </form>
        <aside aria-label="Preview" className="top-8 hidden lg:sticky lg:block">
          <Preview form={values} />
        </aside>
      </div>
    </>
  );
}

function firstValues(): StoreForm {
  const country = likelyCountry(navigator.languages);
  return {
    engine: "medusa",
    title: "",
    name: "",
    catalog: "fashion",
    theme: "",
    country,
    currency: usualCurrency(country),
    admin_email: "",
  };
}

/** Problems that concern one field without naming it. */
function useWordsOfProblem(error: unknown, setError: (name: "name" | "theme", error: { message: string }) => void): void {
  useEffect(() => {
    if (isProblem(error, "store.name_taken")) setError("name", { message: error.detail });
    if (isProblem(error, "store.theme_missing")) setError("theme", { message: error.detail });
  }, [error, setError]);
}

/** Where the quota says why, the notice of it counts down, and the button need not. */
function useIsBlocked(): boolean {
  const quota = useQuota();
  const now = useNow("second");
  return quota.data !== undefined && !creationNow(quota.data, now).may;
}
