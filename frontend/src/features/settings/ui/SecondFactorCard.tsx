import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";

import type { SecondFactor } from "@/shared/api/schema.gen";
import { Badge } from "@/shared/ui/Badge";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Time } from "@/shared/ui/Time";
import { toast } from "@/shared/ui/toasts";

import { useDisableSecondFactor } from "../api/disableSecondFactor";
import { useSecondFactor } from "../api/getSecondFactor";
import { useRenewRecoveryCodes } from "../api/renewRecoveryCodes";
import { EnrolDialog } from "./EnrolDialog";
import { ProveDialog } from "./ProveDialog";
import { RecoveryCodes } from "./RecoveryCodes";

export function SecondFactorCard() {
  const factor = useSecondFactor();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Card
      title="Second factor"
      text="A code of an app on your phone, asked for besides your password."
      actions={factor.data ? <Standing factor={factor.data} /> : <Skeleton className="h-6 w-16" />}
    >
      {factor.data ? (
        <div className="grid gap-5">
          {codes ? <RecoveryCodes codes={codes} onKept={() => setCodes(null)} /> : null}
          {factor.data.enabled ? <Enabled factor={factor.data} onCodes={setCodes} onOff={() => setCodes(null)} /> : <Disabled onCodes={setCodes} />}
        </div>
      ) : factor.error ? (
        <ErrorNotice error={factor.error} onRetry={() => void factor.refetch()} />
      ) : (
        <>
          <Loading what="your second factor" />
          <Skeleton className="h-24" />
        </>
      )}
    </Card>
  );
}

function Standing({ factor }: { factor: SecondFactor }) {
  return factor.enabled ? (
    <Badge tone="ok" icon={ShieldCheck}>
      On
    </Badge>
  ) : (
    <Badge tone="warn" icon={ShieldOff}>
      Off
    </Badge>
  );
}

type Part = { onCodes: (codes: readonly string[]) => void };

function Disabled({ onCodes }: Part) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <p className="max-w-prose text-sm text-ink-soft">
        With it, whoever learns your password cannot come in with that alone. You need an authenticator app, as phones
        have them.
      </p>
      <Button look="primary" icon={ShieldCheck} className="justify-self-start" onClick={() => setAsks(true)}>
        Set it up
      </Button>
      {asks ? (
        <EnrolDialog
          onClose={() => setAsks(false)}
          onCodes={(codes) => {
            setAsks(false);
            onCodes(codes);
            toast("The second factor is on");
          }}
        />
      ) : null}
    </>
  );
}

const FEW_CODES = 3;

function Enabled({ factor, onCodes, onOff }: Part & { factor: SecondFactor; onOff: () => void }) {
  const renew = useRenewRecoveryCodes();
  const disable = useDisableSecondFactor();
  const [asks, setAsks] = useState<"renew" | "disable" | null>(null);
  const left = factor.recovery_codes_left;
  const close = () => {
    setAsks(null);
    renew.reset();
    disable.reset();
  };
  return (
    <>
      <p className="text-sm text-ink-soft">
        {factor.enabled_at ? (
          <>
            Turned on <Time at={factor.enabled_at} />.{" "}
          </>
        ) : null}
        <span className={left <= FEW_CODES ? "font-medium text-warn" : ""}>
          {left === 1 ? "One recovery code is" : `${left} recovery codes are`} left.
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAsks("renew")}>New recovery codes</Button>
        <Button look="danger" onClick={() => setAsks("disable")}>
          Turn it off
        </Button>
      </div>
      {asks === "renew" ? (
        <ProveDialog
          title="New recovery codes?"
          text="You get ten new ones. Those that you have are worth nothing from then on."
          verb="Make new ones"
          busy={renew.isPending}
          error={renew.error}
          onClose={close}
          onProof={(proof) =>
            renew.mutate(proof, {
              onSuccess: ({ recovery_codes: codes }) => {
                close();
                onCodes(codes);
              },
            })
          }
        />
      ) : null}
      {asks === "disable" ? (
        <ProveDialog
          title="Turn the second factor off?"
          text="Your password alone lets in whoever knows it, then. The recovery codes are worth nothing any more."
          verb="Turn it off"
          danger
          busy={disable.isPending}
          error={disable.error}
          onClose={close}
          onProof={(proof) =>
            disable.mutate(proof, {
              onSuccess: () => {
                close();
                onOff();
                toast("The second factor is off", { tone: "warn" });
              },
            })
          }
        />
      ) : null}
    </>
  );
}
