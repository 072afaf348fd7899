// The frame of all pages for those who are signed in.
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useAccountEvents } from "@/shared/api/liveEvents";
import { useSession } from "@/shared/api/session";
import { IconButton } from "@/shared/ui/Button";
import { useModal } from "@/shared/ui/Dialog";

import { Banners } from "./Banners";
import { BrandName } from "./Brand";
import { Nav } from "./Nav";
import { PaletteButton } from "./PaletteButton";
import { ThemeMenu } from "./ThemeMenu";
import { AccountLinks, UserMenu } from "./UserMenu";

export function Shell() {
  useAccountEvents(useSession().status === "signed-in");
  useFocusOnPageChange();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15rem_minmax(0,1fr)]">
      <SkipLink />
      <Sidebar />
      <Topbar />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl px-4 pt-6 pb-20 outline-none md:px-8 md:pt-8">
        <Outlet />
      </main>
      <Banners />
    </div>
  );
}

function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:px-4 focus:py-2"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}
    >
      To the content
    </a>
  );
}

function Sidebar() {
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col gap-5 border-r border-line bg-surface p-3 md:flex">
      <Link to="/stores" className="flex h-10 items-center rounded-lg px-1.5">
        <BrandName />
      </Link>
      <PaletteButton />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Nav />
      </div>
      <ThemeMenu />
      <UserMenu />
    </aside>
  );
}

function Topbar() {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const modal = useModal(open, close);
  return (
    <>
      <header className="sticky top-0 z-20 flex h-14 items-center justify-between gap-2 border-b border-line bg-surface/95 px-4 backdrop-blur md:hidden">
        <Link to="/stores" className="flex min-w-0 items-center rounded-lg">
          <BrandName />
        </Link>
        <span className="flex">
          <PaletteButton compact />
          <IconButton icon={MenuIcon} label="Menu" aria-expanded={open} onClick={() => setOpen(true)} />
        </span>
      </header>
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape does the same */}
      <dialog
        {...modal}
        aria-label="Menu"
        onClick={(event) => {
          if (event.target === event.currentTarget) close();
        }}
        className="m-0 h-dvh max-h-none w-72 max-w-[85vw] border-r border-line bg-surface open:animate-appear"
      >
        {open ? (
          <div className="flex h-full flex-col gap-5 p-3">
            <div className="flex h-10 items-center justify-between pl-1.5">
              <BrandName />
              <IconButton icon={X} label="Close the menu" onClick={close} />
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto">
              <Nav onGo={close} />
            </div>
            <ThemeMenu />
            <AccountLinks onGo={close} />
          </div>
        ) : null}
      </dialog>
    </>
  );
}

/** Whoever listens to the page hears the new one's heading, and the keyboard goes on from there. */
function useFocusOnPageChange(): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (path === undefined || before.current === path) return;
    const isFirst = before.current === undefined;
    before.current = path;
    if (!isFirst && !isElsewhere()) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [path]);
}

/** Who was quicker than the page has a menu or a dialog open by now: it would close, or lose what they type. */
function isElsewhere(): boolean {
  return Boolean(document.activeElement?.closest("dialog, [role=dialog], [role=menu]"));
}
