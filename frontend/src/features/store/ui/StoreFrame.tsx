import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";

import { LinkTabs, tabClass } from "@/shared/ui/LinkTabs";
import { PageHeader } from "@/shared/ui/PageHeader";
import { OpenButton, ShopLink } from "@/shared/ui/ShopLink";
import { StoreState } from "@/shared/ui/StoreState";

import { useStore } from "../api/getStore";
import { useIsOwn } from "../api/useIsOwn";
import { ForeignNotice } from "./ForeignNotice";

const TABS = [
  { to: "/stores/$storeId", label: "Overview", isHistory: true, isForOwner: false },
  { to: "/stores/$storeId/activity", label: "Activity", isHistory: true, isForOwner: false },
  { to: "/stores/$storeId/logs", label: "Logs", isHistory: false, isForOwner: false },
  { to: "/stores/$storeId/credentials", label: "Credentials", isHistory: false, isForOwner: true },
  { to: "/stores/$storeId/settings", label: "Settings", isHistory: false, isForOwner: true },
] as const;

/** Around all pages of one store. */
export function StoreFrame({ id, children }: { id: string; children: ReactNode }) {
  const store = useStore(id);
  const isOwn = useIsOwn(store);
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
          <Link
            to={isOwn ? "/stores" : "/admin/stores"}
            className="inline-flex items-center gap-1.5 text-sm text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-4" /> {isOwn ? "My stores" : "All stores"}
          </Link>
        }
        actions={isOpen ? <OpenButton href={store.url}>Open shop</OpenButton> : undefined}
      />
      <LinkTabs label="Store">
        {TABS.filter(({ isHistory, isForOwner }) => (isHistory || !isGone) && (isOwn || !isForOwner)).map(({ to, label }) => (
          <Link key={to} to={to} params={{ storeId: id }} activeOptions={{ exact: true }} className={tabClass}>
            {label}
          </Link>
        ))}
      </LinkTabs>
      {isOwn ? null : <ForeignNotice store={store} />}
      {children}
    </>
  );
}
