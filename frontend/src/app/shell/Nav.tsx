import { Link } from "@tanstack/react-router";

import { useSession } from "@/shared/api/session";

import { merchantNav, type NavItem, operatorNav } from "./nav";

export function Nav({ onGo }: { onGo?: () => void }) {
  const session = useSession();
  const isOperator = session.status === "signed-in" && session.user.isOperator;
  return (
    <nav aria-label="Main" className="grid gap-5">
      <NavGroup items={merchantNav} onGo={onGo} />
      {isOperator && operatorNav.length > 0 ? <NavGroup title="Operator" items={operatorNav} onGo={onGo} /> : null}
    </nav>
  );
}

type NavGroupProps = { title?: string; items: readonly NavItem[]; onGo: (() => void) | undefined };

function NavGroup({ title, items, onGo }: NavGroupProps) {
  return (
    <div>
      {title ? <h2 className="px-2.5 pb-1.5 text-xs font-medium tracking-normal text-ink-faint">{title}</h2> : null}
      <ul className="grid gap-0.5">
        {items.map(({ to, label, icon: Icon, exact }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: exact ?? false, includeSearch: false }}
              onClick={onGo}
              className="group flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-ink"
            >
              <Icon aria-hidden className="size-4.5 shrink-0 text-ink-faint group-aria-[current=page]:text-accent" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
