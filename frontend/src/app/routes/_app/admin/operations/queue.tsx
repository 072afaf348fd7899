import { createFileRoute } from "@tanstack/react-router";

import { QueuePage } from "@/features/admin-operations/QueuePage";

export const Route = createFileRoute("/_app/admin/operations/queue")({ component: QueuePage });
