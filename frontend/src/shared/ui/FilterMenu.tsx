// A filter of several words, as a menu that stays open while words are ticked.
import { Check, ChevronDown, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";

import { Menu } from "./Menu";
import { type Tone, toneText } from "./tone";

export type FilterChoice<W extends string> = { value: W; label: string; icon?: LucideIcon; tone?: Tone };

type FilterMenuProps<W extends string> = {
  label: string;
  choices: readonly FilterChoice<W>[];
  chosen: readonly W[] | undefined;
  /** Undefined where nothing is ticked: the filter is not there. */
  onChange: (chosen: W[] | undefined) => void;
};

export function FilterMenu<W extends string>({ label, choices, chosen = [], onChange }: FilterMenuProps<W>) {
  const words = choices.filter(({ value }) => chosen.includes(value)).map((choice) => choice.label);
  const toggle = (value: W, ticked: boolean) => {
    const next = choices.map((choice) => choice.value).filter((word) => (word === value ? ticked : chosen.includes(word)));
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={`inline-flex h-10 max-w-64 items-center gap-1.5 rounded-lg border bg-surface px-3 shadow-card transition-colors hover:border-edge ${words.length > 0 ? "border-accent" : "border-edge/70"}`}
        >
          <span className={words.length > 0 ? "text-ink-soft" : ""}>{label}</span>
          {words.length > 0 ? <span className="truncate font-medium">{words.join(", ")}</span> : null}
          <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
        </button>
      }
    >
      {choices.map(({ value, label: text, icon: Icon, tone }) => (
        <DropdownMenu.CheckboxItem
          key={value}
          checked={chosen.includes(value)}
          onCheckedChange={(ticked) => toggle(value, ticked)}
          // It stays open: several words are ticked one after the other.
          onSelect={(event) => event.preventDefault()}
          className="flex h-9 items-center gap-2.5 rounded-lg pr-4 pl-2.5 text-sm outline-none select-none data-highlighted:bg-sunken"
        >
          <span
            aria-hidden
            className={`grid size-4.5 place-items-center rounded-md border ${chosen.includes(value) ? "border-accent bg-accent text-on-accent" : "border-edge"}`}
          >
            {chosen.includes(value) ? <Check className="size-3.5" /> : null}
          </span>
          {Icon ? <Icon aria-hidden className={`size-4 ${toneText[tone ?? "neutral"]}`} /> : null}
          {text}
        </DropdownMenu.CheckboxItem>
      ))}
      {words.length > 0 ? (
        <>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item
            onSelect={() => onChange(undefined)}
            className="flex h-9 items-center rounded-lg px-2.5 text-sm text-ink-soft outline-none select-none data-highlighted:bg-sunken"
          >
            Clear
          </DropdownMenu.Item>
        </>
      ) : null}
    </Menu>
  );
}
