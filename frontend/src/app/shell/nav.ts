// What the navigation and the command palette lead to. A new page is one line here and one file in `routes`.
import type { LinkProps } from "@tanstack/react-router";
import {
  Activity,
  Building2,
  Gauge,
  History,
  KeyRound,
  type LucideIcon,
  MailWarning,
  MonitorSmartphone,
  ScrollText,
  Settings,
  ShieldCheck,
  Store,
  Unplug,
  Users,
} from "lucide-react";

export type NavItem = {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  icon: LucideIcon;
  /** More words by which the palette finds it. */
  also?: string;
  /** Only the page itself counts as active, not those below it. */
  exact?: boolean;
};

export const merchantNav: readonly NavItem[] = [
  { to: "/stores", label: "My stores", icon: Store, also: "shops list" },
];

/** Shown to operators only, under a heading of their own. */
export const operatorNav: readonly NavItem[] = [
  { to: "/admin", label: "Overview", icon: Gauge, also: "health metrics charts platform", exact: true },
  { to: "/admin/stores", label: "All stores", icon: Building2, also: "shops everybody" },
  { to: "/admin/users", label: "Users", icon: Users, also: "accounts plan quota suspend" },
  { to: "/admin/operations", label: "Operations", icon: Activity, also: "queue permits steps" },
  { to: "/admin/orphans", label: "Orphans", icon: Unplug, also: "reconcile namespaces cluster findings" },
  { to: "/admin/dead-letters", label: "Dead letters", icon: MailWarning, also: "requeue put aside" },
  { to: "/admin/audit", label: "Audit log", icon: ScrollText, also: "csv who did what" },
];

/** In the menu of the user, and in the palette. */
export const accountNav: readonly NavItem[] = [
  { to: "/settings", label: "Settings", icon: Settings, also: "profile account me" },
  { to: "/settings/security", label: "Password and second factor", icon: ShieldCheck, also: "security two qr recovery" },
  { to: "/settings/sessions", label: "Sessions", icon: MonitorSmartphone, also: "devices sign out everywhere" },
  { to: "/settings/tokens", label: "Access tokens", icon: KeyRound, also: "personal api scripts" },
  { to: "/settings/audit", label: "My activity", icon: History, also: "audit log csv" },
];
