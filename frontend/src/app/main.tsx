import "./theme.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { resume } from "@/shared/api/session";

import { App } from "./App";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

// The first page waits for it: whether it is the sign-in or a store depends on it.
void resume().then((outcome) => {
  createRoot(root).render(
    <StrictMode>
      <App startedUnreachable={outcome === "unreachable"} />
    </StrictMode>,
  );
});
