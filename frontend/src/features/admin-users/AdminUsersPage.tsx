import { Link } from "@tanstack/react-router";
import { Users } from "lucide-react";

import type { AdminUser } from "@/shared/api/schema.gen";
import { type Change, changed, sortingOf } from "@/shared/lib/listSearch";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ListFrame } from "@/shared/ui/ListFrame";
import { NoMatch } from "@/shared/ui/NoMatch";
import { PageHeader } from "@/shared/ui/PageHeader";
import { planName } from "@/shared/ui/planWords";
import { SearchInput } from "@/shared/ui/SearchInput";
import { Select } from "@/shared/ui/Select";
import { Table, Td, Th } from "@/shared/ui/Table";
import { TableSkeleton } from "@/shared/ui/TableSkeleton";
import { WhenCell } from "@/shared/ui/WhenCell";

import { type AdminUsersSearch, SORTS, STANDINGS, USUAL_SORT } from "./adminUsersSearch";
import { useAdminUsers } from "./api/listUsers";
import { UserStanding } from "./ui/UserStanding";

type PageProps = { search: AdminUsersSearch; onSearch: (search: AdminUsersSearch) => void };

const COLUMNS = 5;

export function AdminUsersPage({ search, onSearch }: PageProps) {
  const users = useAdminUsers(search);
  const go = (change: Change<AdminUsersSearch>) => onSearch(changed(search, change));
  const sorting = sortingOf(SORTS, search.sort, USUAL_SORT, (sort) => go({ sort }));
  const isFiltered = search.email !== undefined || search.standing !== undefined;
  const head = (
    <>
      <Th sort={sorting("email")}>User</Th>
      <Th>May come in</Th>
      <Th>Plan</Th>
      <Th align="right">Stores</Th>
      <Th sort={sorting("created_at")}>Joined</Th>
    </>
  );
  return (
    <>
      <PageHeader title="Users" text="Everybody with an account, what they may have, and whether they may come in." />
      <search className="mb-4 flex flex-wrap items-center gap-2">
        <SearchInput
          label="E-mail address"
          value={search.email ?? ""}
          onChange={(email) => go({ email: email || undefined })}
          className="w-full sm:w-72"
        />
        <Select
          aria-label="May come in"
          value={search.standing ?? ""}
          onChange={({ target }) => go({ standing: STANDINGS.find((word) => word === target.value) })}
        >
          <option value="">Everybody</option>
          <option value="active">Not suspended</option>
          <option value="suspended">Suspended</option>
        </Select>
      </search>
      <ListFrame
        what="the users"
        query={users}
        cursor={search.cursor}
        onCursor={(cursor) => go({ cursor: cursor ?? undefined })}
        skeleton={<TableSkeleton caption="Users" head={head} columns={COLUMNS} />}
        empty={
          isFiltered ? (
            <NoMatch what="user" onClear={() => onSearch({})} />
          ) : (
            <EmptyState icon={Users} title="Nobody yet" text="Who signs up stands here." />
          )
        }
      >
        {(items) => (
          <Table caption="Users" head={head}>
            {items.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </Table>
        )}
      </ListFrame>
    </>
  );
}

function UserRow({ user }: { user: AdminUser }) {
  const { account } = user;
  return (
    <tr className="hover:bg-sunken/50">
      <Td className="max-w-72">
        <Link
          to="/admin/users/$userId"
          params={{ userId: user.id }}
          className="block truncate font-medium underline-offset-4 hover:underline"
        >
          {user.email}
        </Link>
        {user.role === "admin" ? <span className="text-xs text-accent">Operator</span> : null}
      </Td>
      <Td>
        <UserStanding user={user} />
      </Td>
      <Td>{planName(account.plan)}</Td>
      <Td align="right" className="tabular whitespace-nowrap">
        {account.stores} <span className="text-ink-faint">of {account.store_limit}</span>
      </Td>
      <WhenCell at={user.created_at} />
    </tr>
  );
}
