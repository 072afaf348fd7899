import { createFileRoute } from "@tanstack/react-router";

import { PageHeader } from "@/shared/ui/PageHeader";

export const Route = createFileRoute("/_app/stores/$storeId")({ component: () => <PageHeader title="Store" /> });
