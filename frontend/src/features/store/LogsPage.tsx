import { ScrollText } from "lucide-react";
import { useMemo, useState } from "react";

import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";

import { useStore } from "./api/getStore";
import { useLogs } from "./api/useLogs";
import { asText, findLines, LINES_KEPT } from "./model/logBuffer";
import { LogToolbar } from "./ui/LogToolbar";
import { LogView } from "./ui/LogView";

export function LogsPage({ id }: { id: string }) {
  const store = useStore(id);
  const { buffer, state } = useLogs(id);
  const [container, setContainer] = useState("");
  const [wanted, setWanted] = useState("");
  const [hit, setHit] = useState(0);
  const [follows, setFollows] = useState(true);

  const containers = useMemo(() => [...new Set(buffer.lines.map((line) => line.container))].sort(), [buffer]);
  const lines = useMemo(
    () => (container === "" ? buffer.lines : buffer.lines.filter((line) => line.container === container)),
    [buffer, container],
  );
  const hits = useMemo(() => findLines(lines, wanted), [lines, wanted]);
  const chosenHit = hits.length === 0 ? null : (hits[hit % hits.length] ?? null);
  const goToHit = (next: number) => {
    setFollows(false);
    setHit((next + hits.length) % Math.max(1, hits.length));
  };
  const find = (text: string) => {
    setWanted(text);
    setHit(0);
    if (text !== "") setFollows(false);
  };

  if (state.kind === "refused") return <ErrorNotice error={state.problem} />;
  return (
    <section aria-label="Log" className="grid gap-3">
      <LogToolbar
        wanted={wanted}
        onFind={find}
        hitCount={hits.length}
        hitNumber={hits.length === 0 ? 0 : (hit % hits.length) + 1}
        onHit={(step) => goToHit(hit + step)}
        follows={follows}
        onFollow={setFollows}
        isConnected={state.kind === "open"}
        fileName={`${store.name}.log`}
        onDownload={() => asText(lines)}
      >
        {containers.length > 1 ? (
          <Select aria-label="Program" value={container} onChange={({ target }) => setContainer(target.value)}>
            <option value="">Every program</option>
            {containers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        ) : null}
      </LogToolbar>
      <LogView
        lines={lines}
        wanted={wanted}
        chosen={chosenHit}
        follows={follows}
        onFollow={setFollows}
        empty={
          <EmptyState
            icon={ScrollText}
            title={state.kind === "open" ? "No line yet" : "Listening…"}
            text="What the store's programs write stands here as they write it. Secrets are struck out."
          />
        }
      />
      <p className="text-sm text-ink-faint">
        {buffer.dropped > 0 ? `The newest ${LINES_KEPT} lines; ${buffer.dropped} older ones have left this page. ` : ""}
        Times are of your clock.
      </p>
    </section>
  );
}
