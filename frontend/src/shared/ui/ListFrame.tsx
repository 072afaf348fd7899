// The frame of every list that the server pages: loading, the error, nothing there, the page before while the next comes.
import type { ReactNode } from "react";

import { ErrorNotice } from "./ErrorNotice";
import { Pager } from "./Pager";
import { Loading } from "./Skeleton";

type Page<T> = { items: readonly T[]; next_cursor?: string | null };

type ListFrameProps<T> = {
  /** What is listed, for those who listen: "the users". */
  what: string;
  query: { data: Page<T> | undefined; error: unknown; isPlaceholderData: boolean; refetch: () => unknown };
  cursor: string | undefined;
  /** Null leads to the first page. */
  onCursor: (cursor: string | null) => void;
  skeleton: ReactNode;
  /** In place of a list without items. */
  empty: ReactNode;
  children: (items: readonly T[]) => ReactNode;
};

export function ListFrame<T>({ what, query, cursor, onCursor, skeleton, empty, children }: ListFrameProps<T>) {
  const { data, error, isPlaceholderData } = query;
  const next = data?.next_cursor ?? null;
  return (
    <>
      {data === undefined ? (
        error ? (
          <ErrorNotice error={error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <Loading what={what} />
            {skeleton}
          </>
        )
      ) : (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? "opacity-60 transition-opacity delay-150" : ""}>
          {data.items.length === 0 ? (
            <div className="rounded-2xl border border-dashed border-line-strong">{empty}</div>
          ) : (
            children(data.items)
          )}
        </div>
      )}
      <Pager
        onFirst={cursor === undefined ? null : () => onCursor(null)}
        onNext={next === null ? null : () => onCursor(next)}
        busy={isPlaceholderData}
      />
    </>
  );
}
