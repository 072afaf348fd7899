import { Tooltip } from "radix-ui";
import { type ReactNode, useState } from "react";

const AFTER_MS = 250;

/** A few words on hover and on focus, for what the page shows in short. Nothing that must be known may stand only here. */
export function Hint({ text, children }: { text: ReactNode; children: ReactNode }) {
  // Inside a dialog the hint must be part of it: what stands outside is covered.
  const [dialog, setDialog] = useState<HTMLElement | null>(null);
  return (
    <Tooltip.Provider delayDuration={AFTER_MS} disableHoverableContent>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>
          <span
            // It is no button, but the keyboard must reach what the mouse can hover over.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            ref={(element) => setDialog(element?.closest<HTMLElement>("dialog") ?? null)}
            className="rounded-sm decoration-line-strong decoration-dotted underline-offset-4 hover:underline"
          >
            {children}
          </span>
        </Tooltip.Trigger>
        <Tooltip.Portal container={dialog}>
          <Tooltip.Content
            sideOffset={6}
            className="z-50 max-w-xs animate-appear rounded-lg bg-ink px-2.5 py-1.5 text-xs font-medium text-ground shadow-raised"
          >
            {text}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
