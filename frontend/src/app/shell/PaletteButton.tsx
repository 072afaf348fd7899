import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";

import { IconButton } from "@/shared/ui/Button";

const Palette = lazy(() => import("./Palette"));

/** Opens the command palette, as Ctrl+K and ⌘K do. Its code is loaded when it is first opened. */
export function PaletteButton({ compact = false }: { compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const show = () => {
    setWasOpen(true);
    setOpen(true);
  };
  usePaletteKey(show, !compact);
  return (
    <>
      {compact ? (
        <IconButton icon={Search} label="Find or do" onClick={show} />
      ) : (
        <button
          type="button"
          onClick={show}
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-9 w-full items-center gap-2 rounded-lg border border-line bg-surface px-2.5 text-sm text-ink-faint shadow-card transition-colors hover:border-line-strong hover:text-ink"
        >
          <Search aria-hidden className="size-4" />
          <span className="flex-1 text-left">Find or do…</span>
          <kbd className="rounded border border-line bg-sunken px-1.5 font-sans text-xs">{shortcut()}</kbd>
        </button>
      )}
      {wasOpen ? (
        <Suspense fallback={null}>
          <Palette open={open} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function usePaletteKey(show: () => void, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      show();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}

function shortcut(): string {
  return /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘ K" : "Ctrl K";
}
