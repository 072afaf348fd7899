// The browser's own dialog: it keeps the focus inside, closes with Escape, gives the focus back, and needs no style
// in the page, which the Content-Security-Policy would refuse.
import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

import { IconButton } from "./Button";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  text?: ReactNode;
  /** The buttons, the deciding one last. */
  actions?: ReactNode;
  size?: "small" | "medium" | "large";
  children?: ReactNode;
};

const WIDTHS = { small: "max-w-md", medium: "max-w-xl", large: "max-w-3xl" } as const;

export function Dialog({ open, onClose, title, text, actions, size = "small", children }: DialogProps) {
  const titleId = useId();
  const textId = useId();
  const modal = useModal(open, onClose);
  return (
    // The click on the backdrop is a shortcut for those with a mouse; Escape and the button do the same.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      {...modal}
      aria-labelledby={titleId}
      aria-describedby={text ? textId : undefined}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={`m-auto max-h-[min(90dvh,50rem)] w-[calc(100%-2rem)] rounded-2xl border border-line bg-raised shadow-raised open:animate-appear ${WIDTHS[size]}`}
    >
      {open ? (
        <div className="grid gap-4 p-5">
          <header className="flex items-start justify-between gap-4">
            <div className="grid gap-1">
              <h2 id={titleId} className="text-lg font-semibold">
                {title}
              </h2>
              {text ? (
                <div id={textId} className="text-ink-soft">
                  {text}
                </div>
              ) : null}
            </div>
            <IconButton icon={X} label="Close" onClick={onClose} className="-mt-1 -mr-1" />
          </header>
          {children}
          {actions ? <footer className="flex flex-wrap justify-end gap-2 pt-1">{actions}</footer> : null}
        </div>
      ) : null}
    </dialog>
  );
}

const FIRST_FIELD = "input:not([type=radio], [type=checkbox], [hidden]), select, textarea";

/** For dialogs that look otherwise: opens and closes the element with the state, and says when it was closed. */
export function useModal(open: boolean, onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) {
      dialog.showModal();
      // The browser would take the first thing that can have the focus: the button that closes.
      dialog.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  const told = () => {
    // The browser tells of it a moment later. By then somebody quick has opened it again.
    if (ref.current?.open === false) onClose();
  };
  return { ref, onClose: told };
}
