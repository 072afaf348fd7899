import { X } from "lucide-react";

/** A filter that came with a link, and that one can only take away. */
export function FilterChip({ label, value, onRemove }: { label: string; value: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      onClick={onRemove}
      title={`Take the filter away: ${label} ${value}`}
      className="inline-flex h-10 max-w-72 items-center gap-1.5 rounded-lg border border-accent bg-surface px-3 shadow-card hover:bg-sunken"
    >
      <span className="text-ink-soft">{label}</span>
      <code className="truncate font-mono text-xs">{value}</code>
      <X aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <span className="sr-only">Take this filter away</span>
    </button>
  );
}
