// What the navigation and the command palette lead to. A new page is one line here and one file in `routes`.
import type { LinkProps } from "@tanstack/react-router";
import { type LucideIcon, Store } from "lucide-react";

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
export const operatorNav: readonly NavItem[] = [];

/** In the menu of the user, and in the palette. */
export const accountNav: readonly NavItem[] = [];
