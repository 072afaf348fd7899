import { ChevronLeft, ChevronRight } from "lucide-react";

import { Button } from "./Button";

type PagerProps = {
  /** Null on the first page; the browser's "back" leads there, too. */
  onFirst: (() => void) | null;
  onNext: (() => void) | null;
  busy?: boolean;
};

/** Pages of a list that does not count itself: to the first one, and on to the next. */
export function Pager({ onFirst, onNext, busy = false }: PagerProps) {
  if (onFirst === null && onNext === null) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex justify-end gap-2">
      <Button size="small" icon={ChevronLeft} disabled={onFirst === null} onClick={onFirst ?? undefined}>
        First page
      </Button>
      <Button size="small" busy={busy} disabled={onNext === null} onClick={onNext ?? undefined}>
        Next page
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
