import { Outlet } from "@tanstack/react-router";

import { useBrand } from "@/shared/api/brand";

import { Arcade } from "./Arcade";
import { Banners } from "./Banners";
import { BrandName } from "./Brand";
import { ThemeMenu } from "./ThemeMenu";

/** Around signing in and up: the form on one side, the market on the other. */
export function AuthFrame() {
  const { version } = useBrand();
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(28rem,5fr)_6fr]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header className="flex items-center justify-between gap-4">
          <BrandName />
          <ThemeMenu />
        </header>
        <main className="mx-auto grid w-full max-w-sm flex-1 content-center py-12">
          <Outlet />
        </main>
        <footer className="min-h-5 text-xs text-ink-faint">{version ? `Version ${version}` : ""}</footer>
      </div>
      <aside className="relative hidden overflow-hidden bg-sunken lg:block" aria-hidden>
        <Arcade />
      </aside>
      <Banners />
    </div>
  );
}
