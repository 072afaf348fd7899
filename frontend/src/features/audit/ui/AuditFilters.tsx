import { useId, useState } from "react";

import type { Change } from "@/shared/lib/listSearch";
import { FilterChip } from "@/shared/ui/FilterChip";
import { Input } from "@/shared/ui/Input";
import { Select } from "@/shared/ui/Select";

import { EVENT_GROUPS, EVENT_WORDS, eventLook } from "../auditEvents";
import { type AuditSearch, filterOfId } from "../auditSearch";

type FiltersProps = {
  search: AuditSearch;
  /** Operators may look for others. */
  isOperator: boolean;
  onChange: (change: Change<AuditSearch>) => void;
};

export function AuditFilters({ search, isOperator, onChange }: FiltersProps) {
  return (
    <search className="mb-4 flex flex-wrap items-start gap-2">
      <Select
        aria-label="What happened"
        value={search.event ?? ""}
        onChange={({ target }) => onChange({ event: EVENT_WORDS.find((word) => word === target.value) })}
        className="max-w-64"
      >
        <option value="">Everything that happened</option>
        {EVENT_GROUPS.map((group) => (
          <optgroup key={group} label={group}>
            {EVENT_WORDS.filter((word) => eventLook(word).group === group).map((word) => (
              <option key={word} value={word}>
                {eventLook(word).words}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
      <DayInput label="From" value={search.from} onChange={(from) => onChange({ from })} />
      <DayInput label="To" value={search.to} onChange={(to) => onChange({ to })} />
      {isOperator ? <IdInput onChange={onChange} /> : null}
      {(["actor", "account", "store"] as const).map((name) => {
        const value = search[name];
        return value ? (
          <FilterChip key={name} label={LABELS[name]} value={value} onRemove={() => onChange({ [name]: undefined })} />
        ) : null;
      })}
    </search>
  );
}

const LABELS = { actor: "Done by", account: "Account", store: "Store" } as const;

type DayInputProps = { label: string; value: string | undefined; onChange: (day: string | undefined) => void };

function DayInput({ label, value, onChange }: DayInputProps) {
  return (
    <label className="flex items-center gap-2 text-sm text-ink-soft">
      {label}
      <Input
        type="date"
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value || undefined)}
        className="w-38 px-2"
      />
    </label>
  );
}

/** One field for all ids: their prefix says what they are. */
function IdInput({ onChange }: { onChange: (change: Change<AuditSearch>) => void }) {
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const hintId = useId();
  const apply = () => {
    const id = text.trim();
    const filter = filterOfId(id);
    setWrong(id !== "" && filter === null);
    if (filter === null) return;
    setText("");
    onChange(filter);
  };
  return (
    <form
      className="w-full sm:w-64"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Input
        aria-label="Id of a user, an account or a store"
        aria-describedby={isWrong ? hintId : undefined}
        aria-invalid={isWrong || undefined}
        placeholder="usr_…, acc_… or store_…"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onPaste={(event) => {
          const filter = filterOfId(event.clipboardData.getData("text").trim());
          if (filter === null) return;
          event.preventDefault();
          onChange(filter);
        }}
        spellCheck={false}
        autoComplete="off"
        className="font-mono text-xs"
      />
      {isWrong ? (
        <p id={hintId} className="mt-1 text-sm text-bad">
          Ids begin with usr_, acc_ or store_
        </p>
      ) : null}
    </form>
  );
}
