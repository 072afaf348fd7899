import "./theme.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { resume, sessionState } from "@/shared/api/session";

import { App, loadPageAhead } from "./App";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

// The first page waits for it: whether it is the sign-in or a store depends on it.
const resumed = resume();
if (sessionState.get().status === "unknown") loadPageAhead();
void resumed.then((outcome) => {
  createRoot(root).render(
    <StrictMode>
      <App startedUnreachable={outcome === "unreachable"} />
    </StrictMode>,
  );
});
