import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: ["src/app/routes/**/*.tsx"],
  project: ["src/**/*.{ts,tsx,css}", "e2e/**/*.ts", "scripts/*.{mjs,ts}"],
  ignore: ["src/**/*.gen.ts"],
  ignoreExportsUsedInFile: true,
  // Style sheets use packages, too.
  compilers: {
    css: (text) => [...text.matchAll(/(?<=@)import[^;]+/g)].join("\n"),
  },
};

export default config;
