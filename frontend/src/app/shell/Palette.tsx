// The command palette: every page, every store, and what one does most, by a few letters.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { LogOut, type LucideIcon, Moon, Plus, Store, Sun } from "lucide-react";
import { type ReactNode, useState } from "react";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { useSession } from "@/shared/api/session";
import { signOut } from "@/shared/api/signOut";
import { chooseTheme } from "@/shared/lib/theme";
import { useModal } from "@/shared/ui/Dialog";
import { storeLook } from "@/shared/ui/StoreState";

import { accountNav, merchantNav, type NavItem, operatorNav } from "./nav";

const STORES_SHOWN = 8;

type PaletteProps = { open: boolean; onClose: () => void };

export default function Palette({ open, onClose }: PaletteProps) {
  const modal = useModal(open, onClose);
  return (
    // The click on the backdrop is a shortcut; Escape does the same.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      {...modal}
      aria-label="Find or do"
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className="mx-auto mt-[12dvh] mb-auto w-[calc(100%-2rem)] max-w-xl overflow-hidden rounded-2xl border border-line bg-raised shadow-raised open:animate-appear"
    >
      {open ? <Commands onClose={onClose} /> : null}
    </dialog>
  );
}

function Commands({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const session = useSession();
  const [search, setSearch] = useState("");
  const stores = useFoundStores(search.trim());
  const isOperator = session.status === "signed-in" && session.user.isOperator;
  const pages: NavItem[] = [...merchantNav, ...(isOperator ? operatorNav : []), ...accountNav];
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Command label="Find or do" className="grid">
      <Command.Input
        // The palette was opened to type into it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={search}
        onValueChange={setSearch}
        placeholder="A page, a store, or what to do…"
        className="h-13 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-faint"
      />
      <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-2">
        <Command.Empty className="px-3 py-8 text-center text-ink-soft">Nothing is called that.</Command.Empty>
        <Group heading="Do">
          <Item icon={Plus} words="create new store shop" onSelect={run(() => void navigate({ to: "/stores/new" }))}>
            Create a store
          </Item>
          <Item icon={Sun} words="light theme" onSelect={run(() => chooseTheme("light"))}>
            Light theme
          </Item>
          <Item icon={Moon} words="dark theme" onSelect={run(() => chooseTheme("dark"))}>
            Dark theme
          </Item>
          <Item
            icon={LogOut}
            words="sign out leave"
            onSelect={run(() => void signOut())}
          >
            Sign out
          </Item>
        </Group>
        <Group heading="Pages">
          {pages.map(({ to, label, icon, also }) => (
            <Item key={to} icon={icon} words={`${label} ${also ?? ""} ${to}`} onSelect={run(() => void navigate({ to }))}>
              {label}
            </Item>
          ))}
        </Group>
        {stores.length > 0 ? (
          <Group heading="Stores">
            {stores.map((store) => (
              <Item
                key={store.id}
                icon={Store}
                words={`${store.name} ${store.title} ${store.id}`}
                onSelect={run(() => void navigate({ to: "/stores/$storeId", params: { storeId: store.id } }))}
              >
                <span className="min-w-0 flex-1 truncate">{store.title}</span>
                <span className="text-xs text-ink-faint">{storeLook(store).words}</span>
              </Item>
            ))}
          </Group>
        ) : null}
      </Command.List>
    </Command>
  );
}

function useFoundStores(search: string) {
  const query = search === "" ? { limit: STORES_SHOWN } : { limit: STORES_SHOWN, q: search };
  const { data } = useQuery({
    queryKey: [...keys.stores, "palette", search],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/stores", { params: { query }, signal })),
    placeholderData: (previous) => previous,
  });
  return data?.items ?? [];
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {children}
    </Command.Group>
  );
}

type ItemProps = { icon: LucideIcon; words: string; onSelect: () => void; children: ReactNode };

function Item({ icon: Icon, words, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={words}
      onSelect={onSelect}
      className="flex h-10 cursor-pointer items-center gap-3 rounded-lg px-3 text-sm data-[selected=true]:bg-accent-soft"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-faint" />
      {children}
    </Command.Item>
  );
}
