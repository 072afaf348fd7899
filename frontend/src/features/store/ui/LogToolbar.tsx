import { ArrowDownToLine, ChevronDown, ChevronUp, Download, Radio } from "lucide-react";
import type { ReactNode } from "react";

import { Button, IconButton } from "@/shared/ui/Button";
import { SearchInput } from "@/shared/ui/SearchInput";

type LogToolbarProps = {
  wanted: string;
  onFind: (text: string) => void;
  hitCount: number;
  hitNumber: number;
  onHit: (step: 1 | -1) => void;
  follows: boolean;
  onFollow: (follows: boolean) => void;
  isConnected: boolean;
  fileName: string;
  /** The text to be kept in the file. */
  onDownload: () => string;
  children: ReactNode;
};

export function LogToolbar(props: LogToolbarProps) {
  const { wanted, hitCount, hitNumber, onHit, follows, isConnected } = props;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput label="Find in the log" value={wanted} onChange={props.onFind} className="min-w-48 flex-1 sm:max-w-72" />
      <div className="flex items-center">
        <IconButton icon={ChevronUp} label="Hit before" disabled={hitCount === 0} onClick={() => onHit(-1)} />
        <IconButton icon={ChevronDown} label="Next hit" disabled={hitCount === 0} onClick={() => onHit(1)} />
        <p role="status" className="tabular min-w-20 px-1 text-sm text-ink-faint">
          {wanted === "" ? "" : hitCount === 0 ? "No hit" : `${hitNumber} of ${hitCount}`}
        </p>
      </div>
      <div className="ml-auto flex flex-wrap items-center gap-2">
        {props.children}
        <Button
          icon={follows ? Radio : ArrowDownToLine}
          aria-pressed={follows}
          onClick={() => props.onFollow(!follows)}
          className={`w-32 ${follows && isConnected ? "text-ok" : ""}`}
        >
          {follows ? (isConnected ? "Following" : "Connecting") : "Follow"}
        </Button>
        <Button icon={Download} onClick={() => save(props.fileName, props.onDownload())}>
          Download
        </Button>
      </div>
    </div>
  );
}

function save(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
