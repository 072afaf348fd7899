import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { LinkTabs, tabClass } from "@/shared/ui/LinkTabs";
import { PageHeader } from "@/shared/ui/PageHeader";

type SettingsFrameProps = { title: string; children: ReactNode };

const TABS = [
  { to: "/settings", label: "Profile" },
  { to: "/settings/security", label: "Security" },
  { to: "/settings/sessions", label: "Sessions" },
  { to: "/settings/tokens", label: "Access tokens" },
  { to: "/settings/audit", label: "Activity" },
] as const;

/** Around every page of settings: one heading for the eyes, the page's own for those who listen. */
export function SettingsFrame({ title, children }: SettingsFrameProps) {
  return (
    <>
      <PageHeader
        title={`${title} · Settings`}
        heading={
          <>
            Settings<span className="sr-only">: {title}</span>
          </>
        }
      />
      <LinkTabs label="Settings">
        {TABS.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
            className={tabClass}
          >
            {label}
          </Link>
        ))}
      </LinkTabs>
      {children}
    </>
  );
}
