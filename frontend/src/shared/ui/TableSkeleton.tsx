import { type ReactNode, useId } from "react";

import { Skeleton } from "./Skeleton";
import { Table, Td } from "./Table";

type TableSkeletonProps = { caption: string; head: ReactNode; columns: number; rows?: number };

const ROWS = 8;

/** A table whose rows are on their way, under its own head. */
export function TableSkeleton({ caption, head, columns, rows = ROWS }: TableSkeletonProps) {
  const id = useId();
  return (
    <Table caption={caption} head={head}>
      {Array.from({ length: rows }, (_, row) => (
        <tr key={`${id}${row}`}>
          {Array.from({ length: columns }, (__, column) => (
            <Td key={column}>
              <Skeleton className={`h-4 ${column === 0 ? "w-36" : "w-20"}`} />
            </Td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
