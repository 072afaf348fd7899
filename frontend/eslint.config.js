import { readdirSync } from "node:fs";

import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

/** shared <- features <- app, and no feature knows another: what two of them need is shared. */
function layers() {
  const features = readdirSync("src/features", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [
    {
      target: "./src/shared",
      from: ["./src/features", "./src/app"],
      message: "shared knows neither features nor app",
    },
    { target: "./src/features", from: "./src/app", message: "features do not know the app" },
    ...features.map(({ name }) => ({
      target: `./src/features/${name}`,
      from: "./src/features",
      except: [`./${name}`],
      message: "a feature does not know another feature; what both need belongs to shared",
    })),
  ];
}

export default ts.config(
  { ignores: ["dist", "node_modules", ".souk", "src/**/*.gen.ts", "playwright-report", "test-results"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked, a11y.flatConfigs.strict],
    plugins: { "react-hooks": hooks, "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })] },
    rules: {
      ...hooks.configs["recommended-latest"].rules,
      "import-x/no-restricted-paths": ["error", { zones: layers() }],
      "import-x/no-cycle": "error",
      "import-x/order": [
        "error",
        {
          groups: [["builtin", "external"], "internal", ["parent", "sibling", "index"]],
          pathGroups: [{ pattern: "@/**", group: "internal" }],
          "newlines-between": "always",
          alphabetize: { order: "asc", caseInsensitive: true },
        },
      ],
      "max-lines": ["error", { max: 400 }],
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // TanStack Router's `redirect` and `notFound` are thrown, and are no errors.
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  {
    // Where the picture of a page is put together, one may need more lines, and tests count as documentation.
    files: ["**/*.test.{ts,tsx}"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["scripts/**/*.mjs", "*.js", "public/*.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", document: "readonly", localStorage: "readonly", matchMedia: "readonly" },
    },
  },
);
