import { LayoutGrid, Rows3 } from "lucide-react";
import type { ReactNode } from "react";

import { ENGINES } from "@/shared/api/engines";
import type { StoresByState } from "@/shared/api/schema.gen";
import { STORE_SORTS, USUAL_STORE_SORT } from "@/shared/api/storeSorts";
import { type Change, unusual } from "@/shared/lib/listSearch";
import { engineName } from "@/shared/ui/engineWords";
import { SearchInput } from "@/shared/ui/SearchInput";
import { Segmented } from "@/shared/ui/Segmented";
import { Select } from "@/shared/ui/Select";
import { healthLook, HEALTHS, stateLook, type StoreStateWord } from "@/shared/ui/StoreState";
import { toneText } from "@/shared/ui/tone";

import type { StoresSearch, VIEWS } from "../storesSearch";

type FiltersProps = {
  search: StoresSearch;
  byState: StoresByState | undefined;
  onChange: (change: Change<StoresSearch>) => void;
};

const VIEW_CHOICES = [
  { value: "cards", label: "Cards", icon: LayoutGrid },
  { value: "table", label: "Table", icon: Rows3 },
] as const satisfies readonly { value: (typeof VIEWS)[number]; label: string; icon: unknown }[];

export function Filters({ search, byState, onChange }: FiltersProps) {
  return (
    <search className="mb-5 grid gap-3">
      <StateChips search={search} byState={byState} onChange={onChange} />
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label="Search by name or title"
          value={search.q ?? ""}
          onChange={(q) => onChange({ q: q === "" ? undefined : q })}
          className="min-w-48 flex-1 sm:max-w-80"
        />
        <Select
          aria-label="Engine"
          value={search.engine?.[0] ?? ""}
          onChange={({ target }) => onChange({ engine: pick(ENGINES, target.value) })}
        >
          <option value="">Every engine</option>
          {ENGINES.map((engine) => (
            <option key={engine} value={engine}>
              {engineName(engine)}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Health"
          value={search.health?.[0] ?? ""}
          onChange={({ target }) => onChange({ health: pick(HEALTHS, target.value) })}
        >
          <option value="">Every health</option>
          {HEALTHS.map((health) => (
            <option key={health} value={health}>
              {healthLook(health).words}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Order"
          value={search.sort ?? USUAL_STORE_SORT}
          onChange={({ target }) => onChange({ sort: unusual(STORE_SORTS, target.value, USUAL_STORE_SORT) })}
        >
          <option value="-created_at">Newest first</option>
          <option value="created_at">Oldest first</option>
          <option value="-updated_at">Changed last</option>
          <option value="updated_at">Changed first</option>
          <option value="name">Name, A to Z</option>
          <option value="-name">Name, Z to A</option>
        </Select>
        <span className="ml-auto">
          <Segmented
            label="Show as"
            value={search.view ?? "cards"}
            choices={VIEW_CHOICES}
            onChange={(view) => onChange({ view: view === "cards" ? undefined : view, cursor: search.cursor })}
            compact
          />
        </span>
      </div>
    </search>
  );
}

const COUNTED = ["ready", "provisioning", "requested", "failed", "deleting"] as const satisfies readonly StoreStateWord[];

function StateChips({ search, byState, onChange }: FiltersProps) {
  const chosen = search.state ?? [];
  const all = byState === undefined ? undefined : COUNTED.reduce((sum, state) => sum + byState[state], 0);
  const toggle = (state: StoreStateWord) => {
    const next = chosen.includes(state) ? chosen.filter((word) => word !== state) : [...chosen, state];
    onChange({ state: next.length === 0 ? undefined : next });
  };
  return (
    // One line at any width, however many states there are: nothing below it moves when they come.
    <div role="group" aria-label="Filter by state" className="-m-1 flex gap-2 overflow-x-auto p-1 [scrollbar-width:none]">
      <Chip pressed={chosen.length === 0} count={all} onClick={() => onChange({ state: undefined })}>
        All
      </Chip>
      {COUNTED.map((state) => {
        const look = stateLook(state);
        const isThere = chosen.includes(state) || (byState?.[state] ?? 0) > 0 || state === "ready";
        if (!isThere) return null;
        return (
          <Chip key={state} pressed={chosen.includes(state)} count={byState?.[state]} onClick={() => toggle(state)}>
            <look.icon aria-hidden className={`size-4 ${toneText[look.tone]}`} />
            {look.words}
          </Chip>
        );
      })}
      <Chip pressed={chosen.includes("deleted")} onClick={() => toggle("deleted")}>
        Deleted
      </Chip>
    </div>
  );
}

type ChipProps = { pressed: boolean; count?: number | undefined; onClick: () => void; children: ReactNode };

function Chip({ pressed, count, onClick, children }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-sm font-medium text-ink-soft transition-colors hover:border-line-strong hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink"
    >
      {children}
      {count === undefined ? null : <span className="tabular text-ink-faint">{count}</span>}
    </button>
  );
}

function pick<W extends string>(words: readonly W[], value: string): W[] | undefined {
  const found = words.find((word) => word === value);
  return found === undefined ? undefined : [found];
}
