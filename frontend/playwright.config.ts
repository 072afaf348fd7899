import { defineConfig } from "@playwright/test";

import { ADDRESS } from "./e2e/support/address";

/** `host:port` of the ingress that all stores' names lead to, where the browser's own way to them is not the right one. */
const INGRESS = process.env.SOUK_INGRESS_CONNECT;
const NO_SANDBOX = "--no-sandbox";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const MINUTE_MS = 60_000;
const ACTION_LIMIT_MS = 10_000;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  // All of them look at one Souk, and one machine has to be enough: two files at once, so that one waits while the other works.
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  // Of a browser on a machine that does much else: what fails twice is a fault, and the list names what failed once.
  retries: 1,
  reporter: [["list"]],
  use: {
    baseURL: ADDRESS,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // A control that is not there in this time is not there.
    actionTimeout: ACTION_LIMIT_MS,
    // A trace of every test costs half of its time again: `--trace retain-on-failure`, where one is wanted.
    trace: "off",
    launchOptions: { executablePath, args: [NO_SANDBOX] },
  },
  projects: [
    // Before stores that are simulated: the gate.
    { name: "simulated", testMatch: /\/e2e\/[^/]+\.spec\.ts$/ },
    // The whole journey, on a real cluster.
    {
      name: "cluster",
      testMatch: "cluster/*.spec.ts",
      timeout: 20 * MINUTE_MS,
      use: {
        launchOptions: {
          executablePath,
          args: INGRESS === undefined ? [NO_SANDBOX] : [NO_SANDBOX, `--host-resolver-rules=MAP *.localhost ${INGRESS}`],
        },
      },
    },
    // No test: it measures, for `cargo xtask bench render`.
    { name: "render", testMatch: "render/*.spec.ts", timeout: 10 * MINUTE_MS },
    // No test: it makes the pictures of the README.
    {
      name: "pictures",
      testMatch: "pictures/*.spec.ts",
      timeout: 10 * MINUTE_MS,
      use: { viewport: { width: 1440, height: 900 }, contextOptions: { reducedMotion: "reduce" } },
    },
  ],
});
