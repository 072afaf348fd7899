import { Download } from "lucide-react";

import { Button } from "@/shared/ui/Button";
import { toastProblem } from "@/shared/ui/toastProblem";
import { toast } from "@/shared/ui/toasts";

import { useDownloadAudit } from "../api/downloadAudit";
import type { AuditScope } from "../api/listAudit";
import type { AuditSearch } from "../auditSearch";

export function DownloadButton({ scope, search }: { scope: AuditScope; search: AuditSearch }) {
  const download = useDownloadAudit(scope);
  return (
    <Button
      icon={Download}
      busy={download.isPending}
      onClick={() =>
        download.mutate(search, {
          onError: toastProblem,
          onSuccess: ({ isWhole }) =>
            isWhole
              ? toast("The log is saved as a file")
              : toast("Only the newest entries are in the file", {
                  tone: "warn",
                  text: "There are too many for one. Narrow the days to get the rest.",
                }),
        })
      }
    >
      Download CSV
    </Button>
  );
}
