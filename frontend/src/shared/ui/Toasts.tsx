import { CircleCheck, CircleX, Info, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { useObservable } from "@/shared/lib/observable";

import { IconButton } from "./Button";
import { Reference } from "./Reference";
import { dismissToast, type Toast, toasts } from "./toasts";
import { toneText } from "./tone";

const SHOWN_MS = 6_000;
/** An error has to be read, and perhaps its reference copied. */
const ERROR_SHOWN_MS = 20_000;

export function Toasts() {
  const shown = useObservable(toasts);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In the top layer anew with each toast: a dialog that opened meanwhile would cover it.
    const region = ref.current;
    if (region === null || !("showPopover" in region)) return;
    if (region.matches(":popover-open")) region.hidePopover();
    if (shown.length > 0) region.showPopover();
  }, [shown]);
  return (
    <div
      ref={ref}
      popover="manual"
      role="status"
      aria-label="Messages"
      className="inset-auto right-4 bottom-4 m-0 w-[min(24rem,calc(100vw-2rem))] gap-2 overflow-visible bg-transparent p-0 text-ink open:grid"
    >
      {shown.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, tone, title, text, reference } = toast;
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(id), tone === "bad" ? ERROR_SHOWN_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);
  const Icon = tone === "bad" ? CircleX : tone === "ok" ? CircleCheck : Info;
  return (
    <div className="flex animate-appear items-start gap-3 rounded-xl border border-line bg-raised p-3 pl-4 shadow-raised">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${toneText[tone]}`} />
      <div className="min-w-0 flex-1 py-0.5">
        <p className="font-medium break-words">{title}</p>
        {text ? <p className="text-sm break-words text-ink-soft">{text}</p> : null}
        {reference ? <Reference id={reference} /> : null}
      </div>
      <IconButton icon={X} label="Dismiss" onClick={() => dismissToast(id)} className="size-7" />
    </div>
  );
}
