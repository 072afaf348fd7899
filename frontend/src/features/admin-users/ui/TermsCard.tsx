import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";

import type { AdminAccount } from "@/shared/api/schema.gen";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Fact, Facts } from "@/shared/ui/Facts";
import { Meter } from "@/shared/ui/Meter";
import { planName } from "@/shared/ui/planWords";

import { TermsDialog } from "./TermsDialog";

/** What an account may have, and how much of it is used. */
export function TermsCard({ account }: { account: AdminAccount }) {
  const [changes, setChanges] = useState(false);
  const isFull = account.stores >= account.store_limit;
  return (
    <Card
      title="Plan and limit"
      actions={
        <Button size="small" icon={SlidersHorizontal} onClick={() => setChanges(true)}>
          Change
        </Button>
      }
    >
      <div className="mb-5 grid gap-2">
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <span>
            <span className="text-2xl font-semibold tabular">{account.stores}</span>{" "}
            <span className="text-ink-soft">
              of {account.store_limit} {account.store_limit === 1 ? "store" : "stores"}
            </span>
          </span>
          {isFull ? <span className="font-medium text-warn">The limit is reached</span> : null}
        </p>
        <Meter
          label="Stores of the limit"
          value={account.stores}
          max={account.store_limit}
          tone={isFull ? "warn" : "accent"}
        />
      </div>
      <Facts>
        <Fact name="Plan">{planName(account.plan)}</Fact>
        <Fact name="Limit of stores">
          {account.store_limit}{" "}
          <span className="text-ink-faint">
            {typeof account.max_stores === "number" ? "(set for this account)" : "(the default)"}
          </span>
        </Fact>
      </Facts>
      {changes ? <TermsDialog account={account} onClose={() => setChanges(false)} /> : null}
    </Card>
  );
}
