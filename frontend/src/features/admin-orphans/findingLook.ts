// The one owner of what the findings of a look at the cluster look like. The words are the API's own.
import { Box, CircleHelp, EyeOff, HardDriveDownload, Hourglass, PackageX, Wrench } from "lucide-react";

import type { Look } from "@/shared/ui/StoreState";

/** The gravest first. */
export const FINDINGS = ["data_lost", "broken", "unknown", "foreign", "left_over", "unready", "unseen"] as const;
export type FindingWord = (typeof FINDINGS)[number];

const LOOKS: Readonly<Record<FindingWord, Look>> = {
  data_lost: { icon: HardDriveDownload, tone: "bad", words: "Data lost", meaning: "A store whose namespace or volume is gone." },
  broken: { icon: Wrench, tone: "bad", words: "Broken", meaning: "A store whose release is gone; its data is there." },
  unknown: { icon: CircleHelp, tone: "warn", words: "Unknown", meaning: "A namespace of a store that this database has never heard of." },
  foreign: { icon: Box, tone: "warn", words: "Foreign", meaning: "A namespace with a store’s name that is not Souk’s." },
  left_over: { icon: PackageX, tone: "info", words: "Left over", meaning: "A namespace that no store has any more." },
  unready: { icon: Hourglass, tone: "warn", words: "Not ready", meaning: "A store with programs that are not ready." },
  unseen: { icon: EyeOff, tone: "neutral", words: "Not seen", meaning: "A store that the last look could not look at." },
};

export function findingLook(finding: string): Look {
  const known = FINDINGS.find((word) => word === finding);
  return known ? LOOKS[known] : { icon: CircleHelp, tone: "neutral", words: finding, meaning: "" };
}
