// Every other address: "not found", inside the frame, for those who are signed in.
import { createFileRoute, notFound } from "@tanstack/react-router";

export const Route = createFileRoute("/_app/$")({
  beforeLoad: () => {
    throw notFound();
  },
});
