import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";

import { LinkTabs, tabClass } from "@/shared/ui/LinkTabs";
import { PageHeader } from "@/shared/ui/PageHeader";
import { OpenButton, ShopLink } from "@/shared/ui/ShopLink";
import { StoreState } from "@/shared/ui/StoreState";

import { useStore } from "../api/getStore";

const TABS = [
  { to: "/stores/$storeId", label: "Overview" },
  { to: "/stores/$storeId/activity", label: "Activity" },
  { to: "/stores/$storeId/logs", label: "Logs" },
  { to: "/stores/$storeId/credentials", label: "Credentials" },
  { to: "/stores/$storeId/settings", label: "Settings" },
] as const;

/** Around all pages of one store. */
export function StoreFrame({ id, children }: { id: string; children: ReactNode }) {
  const store = useStore(id);
  const isOpen = store.state === "ready" && !store.data_lost;
  const isGone = store.state === "deleted";
  return (
    <>
      <PageHeader
        title={store.title}
        heading={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 break-words">{store.title}</span>
            <StoreState store={store} />
          </span>
        }
        text={<ShopLink url={store.url} isOpen={isOpen} />}
        above={
          <Link to="/stores" className="inline-flex items-center gap-1.5 text-sm text-ink-soft hover:text-ink">
            <ArrowLeft aria-hidden className="size-4" /> My stores
          </Link>
        }
        actions={isOpen ? <OpenButton href={store.url}>Open shop</OpenButton> : undefined}
      />
      <LinkTabs label="Store">
        {TABS.filter(({ label }) => !isGone || label === "Overview" || label === "Activity").map(({ to, label }) => (
          <Link key={to} to={to} params={{ storeId: id }} activeOptions={{ exact: true }} className={tabClass}>
            {label}
          </Link>
        ))}
      </LinkTabs>
      {children}
    </>
  );
}
