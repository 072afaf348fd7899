import { useState } from "react";

import { useMe } from "@/shared/api/me";
import type { Store } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ConfirmDialog } from "@/shared/ui/ConfirmDialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Field } from "@/shared/ui/Field";
import { planName, plansUpTo, type PlanWord } from "@/shared/ui/planWords";
import { Select } from "@/shared/ui/Select";
import { toast } from "@/shared/ui/toasts";

import { useEditStore } from "../api/editStore";

/** In the form, the account's own plan, whichever that is or will be. */
const ACCOUNT = "account";
type Choice = PlanWord | typeof ACCOUNT;

export function PlanForm({ store }: { store: Store }) {
  const me = useMe();
  const edit = useEditStore(store.id);
  const [asking, setAsking] = useState(false);
  const [wanted, setWanted] = useState<Choice | null>(null);
  const largest = me.data?.account.plan ?? "free";
  const choices: readonly Choice[] = [ACCOUNT, ...plansUpTo(largest)];
  const present = choices.find((choice) => choice === store.chosen_plan) ?? ACCOUNT;
  const chosen = wanted ?? present;
  const change = () =>
    edit.mutate(
      { plan: chosen === ACCOUNT ? null : chosen },
      {
        onSuccess: (answer) => {
          setWanted(null);
          toast("operation" in answer ? "The shop is brought to its new size" : "The plan is changed");
        },
        onSettled: () => setAsking(false),
      },
    );
  const isRunning = store.state === "ready";
  return (
    <Card
      title="Plan"
      text={`How large the store is. Your account allows up to ${planName(largest)}; an operator can raise it.`}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isRunning) setAsking(true);
          else change();
        }}
      >
        {edit.error ? <ErrorNotice error={edit.error} /> : null}
        <Field
          label="Store plan"
          hint={store.plan ? `It runs at the size of ${planName(store.plan)}.` : "It counts from the next attempt on."}
        >
          {(control) => (
            <Select
              {...control}
              className="w-full sm:w-72"
              value={chosen}
              onChange={({ target }) => setWanted(choices.find((choice) => choice === target.value) ?? null)}
            >
              {choices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice === ACCOUNT ? `The account's (${planName(largest)})` : planName(choice)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div>
          <Button type="submit" look="primary" busy={edit.isPending} disabled={chosen === present}>
            Change the plan
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Change the plan of ${store.name}?`}
        text="Its programs start anew, so the shop is away for some seconds. Data, address and credentials stay."
        verb="Change the plan"
        busy={edit.isPending}
        onConfirm={change}
      />
    </Card>
  );
}
