
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import { noCircularFiles } from "./scripts/noCircularFiles.ts";

/** Where `npm run dev` finds a Souk. Its `SOUK_PUBLIC_URL` must be the origin of this page, or the cookie does not count. */
const SOUK = process.env.SOUK_DEV_API ?? "http://127.0.0.1:3001";
/** Only operators see charts. */
const CHARTS = /[\\/]uplot[\\/]|[\\/]UplotFrame/;
const FORMS = /[\\/](?:zod|react-hook-form|@hookform)[\\/]/;
const DEV_PORT = Number(process.env.SOUK_DEV_PORT ?? 5173);

/** The text's font is asked for with the page and not after its style sheet: so no line moves when it comes. */
function preloadFont(): Plugin {
  const font = /geist-latin-wght-normal-.*\.woff2$/;
  return {
    name: "preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle }) => {
        const file = Object.keys(bundle ?? {}).find((name) => font.test(name));
        if (file === undefined) throw new Error("the font to preload is not in the build");
        const attrs = { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: true };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}

export default defineConfig({
  plugins: [tanstackRouter({ target: "react" }), react(), tailwindcss(), preloadFont(), noCircularFiles()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // The Content-Security-Policy allows no `data:`; every picture and font is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    target: "es2022",
    rolldownOptions: {
      output: {
        // Each file costs a slow processor more than its few kilobytes: without this, a page came in sixty of them.
        codeSplitting: {
          groups: [
            { name: "start", tags: ["$initial"], priority: 1 },
            { name: "charts", test: CHARTS, priority: 1 },
            { name: "forms", test: FORMS, priority: 1 },
            { name: "shared", minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: DEV_PORT,
    strictPort: true,
    proxy: { "/api": SOUK, "/brand": SOUK },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
