// A menu that opens from a button. `modal={false}`: the modal kind puts a style element into the page, which the
// Content-Security-Policy refuses.
import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

type MenuProps = { trigger: ReactNode; align?: "start" | "end"; side?: "top" | "bottom"; children: ReactNode };

export function Menu({ trigger, align = "end", side = "bottom", children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 min-w-48 animate-appear rounded-xl border border-line bg-raised p-1 shadow-raised"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type MenuItemProps = {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  onSelect?: () => void;
  /** For a link: `<MenuItem asChild><Link …/></MenuItem>`. */
  asChild?: boolean;
  children: ReactNode;
};

const ITEM =
  "flex h-9 w-full items-center gap-2.5 rounded-lg px-2.5 text-sm outline-none select-none data-disabled:text-ink-faint data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0";

export function MenuItem({ icon: Icon, danger = false, disabled = false, onSelect, asChild, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      asChild={asChild ?? false}
      disabled={disabled}
      {...(onSelect ? { onSelect } : {})}
      className={`${ITEM} ${danger ? "text-bad" : ""}`}
    >
      {asChild ? (
        children
      ) : (
        <>
          {Icon ? <Icon aria-hidden /> : null}
          {children}
        </>
      )}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2.5 py-1.5 text-xs text-ink-faint">{children}</DropdownMenu.Label>;
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
