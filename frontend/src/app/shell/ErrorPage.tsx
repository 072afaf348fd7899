import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ServerCrash } from "lucide-react";

import { isProblem } from "@/shared/api/problem";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

import { NotFoundPage } from "./NotFoundPage";
import { StatusPage } from "./StatusPage";

const NOT_FOUND = 404;

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (isProblem(error) && error.status === NOT_FOUND) return <NotFoundPage />;
  return (
    <StatusPage icon={ServerCrash} title="This page could not be shown">
      <ErrorNotice
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </StatusPage>
  );
}
