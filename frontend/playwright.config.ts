import { defineConfig } from "@playwright/test";

/** The Souk under test; it must serve this dashboard. */
const ADDRESS = process.env.SOUK_E2E_URL ?? "http://127.0.0.1:3001";

export default defineConfig({
  testDir: "e2e",
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL: ADDRESS,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
  },
});
