import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut } from "lucide-react";

import { useMe } from "@/shared/api/me";
import { signOut } from "@/shared/api/signOut";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/shared/ui/Menu";
import { Skeleton } from "@/shared/ui/Skeleton";

import { accountNav } from "./nav";

export function UserMenu() {
  const me = useMe();
  const email = me.data?.email;
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button
          type="button"
          aria-label={email ? `Account of ${email}` : "Account"}
          className="flex h-12 w-full items-center gap-2.5 rounded-lg px-2 text-left hover:bg-sunken"
        >
          <span
            aria-hidden
            className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent uppercase"
          >
            {email?.slice(0, 1) ?? ""}
          </span>
          <span className="min-w-0 flex-1">
            {email ? (
              <span className="block truncate text-sm font-medium">{email}</span>
            ) : (
              <Skeleton className="h-4 w-32" />
            )}
            <span className="block truncate text-xs text-ink-faint capitalize">
              {me.data?.role === "admin" ? "Operator" : (me.data?.account.plan ?? " ")}
            </span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
        </button>
      }
    >
      <MenuLabel>{email}</MenuLabel>
      {accountNav.map(({ to, label, icon: Icon }) => (
        <MenuItem key={to} asChild>
          <Link to={to}>
            <Icon aria-hidden />
            {label}
          </Link>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** The same, for the drawer of narrow pages: a menu would open behind it. */
export function AccountLinks({ onGo }: { onGo: () => void }) {
  const me = useMe();
  return (
    <div className="border-t border-line pt-3">
      <p className="truncate px-2.5 pb-1.5 text-sm text-ink-faint">{me.data?.email ?? " "}</p>
      <ul className="grid gap-0.5">
        {accountNav.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link to={to} onClick={onGo} className={LINE}>
              <Icon aria-hidden className="size-4.5 text-ink-faint" />
              {label}
            </Link>
          </li>
        ))}
        <li>
          <button type="button" onClick={() => void signOut()} className={LINE}>
            <LogOut aria-hidden className="size-4.5 text-ink-faint" />
            Sign out
          </button>
        </li>
      </ul>
    </div>
  );
}

const LINE =
  "flex h-9 w-full items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft hover:bg-sunken hover:text-ink";
