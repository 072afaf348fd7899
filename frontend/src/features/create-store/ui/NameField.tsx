import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";

import type { Availability } from "@/shared/api/schema.gen";
import { Field } from "@/shared/ui/Field";
import { Input } from "@/shared/ui/Input";

import { useAvailability } from "../api/availability";

type NameFieldProps = { name: string; error: string | undefined; input: ComponentProps<"input"> };

/** The name, whether it is free, and the address that it makes. */
export function NameField({ name, error, input }: NameFieldProps) {
  const { answer, isCurrent } = useAvailability(name);
  return (
    <Field
      label="Name"
      error={error}
      hint={
        <span className="grid gap-1">
          <span role="status" className="flex min-h-5 items-center gap-1.5">
            {error ? null : <Verdict name={name} answer={isCurrent ? answer : undefined} />}
          </span>
          <span className="min-h-5 break-all">
            Address: <AddressPattern pattern={name === "" ? null : (answer?.url_pattern ?? null)} />
          </span>
        </span>
      }
    >
      {(control) => (
        <Input {...control} {...input} autoComplete="off" autoCapitalize="off" spellCheck={false} className="font-mono" />
      )}
    </Field>
  );
}

function Verdict({ name, answer }: { name: string; answer: Availability | undefined }) {
  if (name === "") return <>The part of the address that you choose. It stays as it is.</>;
  if (answer === undefined) {
    return (
      <>
        <LoaderCircle aria-hidden className="size-4 animate-spin" /> Looking whether it is free…
      </>
    );
  }
  if (answer.available) {
    return (
      <span className="flex items-center gap-1.5 text-ok">
        <CircleCheck aria-hidden className="size-4 shrink-0" />
        {answer.replaces ? "It is yours: the failed store of this name makes way." : "It is free."}
      </span>
    );
  }
  const taken = answer.reason?.store_id;
  return (
    <span className="flex items-center gap-1.5 text-bad">
      <CircleX aria-hidden className="size-4 shrink-0" />
      {taken ? "You have a store of this name." : (answer.reason?.text ?? "It cannot be had.")}
      {taken ? (
        <Link to="/stores/$storeId" params={{ storeId: taken }} className="underline underline-offset-4">
          Go to it
        </Link>
      ) : null}
    </span>
  );
}

/** A `•` stands for each character that is drawn when the store is made. */
export function AddressPattern({ pattern }: { pattern: string | null }) {
  if (pattern === null) return <span className="text-ink-faint">–</span>;
  const [before = "", after = ""] = pattern.replace(/^https?:\/\//, "").split(/•+/);
  return (
    <span className="font-mono text-xs text-ink-soft">
      {before}
      <span title="Drawn at random when the store is made" className="text-accent">
        ••••••
      </span>
      {after}
    </span>
  );
}
