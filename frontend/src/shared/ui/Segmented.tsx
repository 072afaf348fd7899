import type { LucideIcon } from "lucide-react";
import { useId } from "react";

type Choice<W extends string> = { value: W; label: string; icon?: LucideIcon };

type SegmentedProps<W extends string> = {
  label: string;
  value: W;
  choices: readonly Choice<W>[];
  onChange: (value: W) => void;
  /** Only the icons; the labels are for those who listen, and on hover. */
  compact?: boolean;
};

/** A choice of one among few, as radio buttons that look like one control. */
export function Segmented<W extends string>({ label, value, choices, onChange, compact = false }: SegmentedProps<W>) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className="inline-flex h-10 w-fit shrink-0 rounded-lg border border-line bg-sunken p-1">
      {choices.map(({ value: word, label: text, icon: Icon }) => (
        <label
          key={word}
          title={compact ? text : undefined}
          className="relative inline-flex h-full min-w-8 items-center justify-center gap-1.5 rounded-md px-2.5 text-sm font-medium text-ink-soft transition-colors has-checked:bg-surface has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            value={word}
            checked={word === value}
            onChange={() => onChange(word)}
            className="absolute inset-0 cursor-pointer appearance-none rounded-md outline-none"
          />
          {Icon ? <Icon aria-hidden className="size-4" /> : null}
          <span className={compact ? "sr-only" : undefined}>{text}</span>
        </label>
      ))}
    </div>
  );
}
