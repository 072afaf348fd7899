// Takes out of node_modules what only the build of the admin pages needed: bundlers, compilers, the
// pages' own libraries (they stand in public/admin already), type declarations and source maps.
//
//   node prune.mjs PROJECT
//
// A package stays if the project reaches it by `dependencies`, or by a peer dependency that is
// installed, without passing through one of BUILD_ONLY.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"

const BUILD_ONLY = new Set([
  "@medusajs/admin-sdk", "@medusajs/admin-vite-plugin", "@medusajs/dashboard", "@medusajs/icons", "@medusajs/ui",
  "@swc/core", "@swc/helpers", "@vitejs/plugin-react", "autoprefixer", "esbuild", "postcss", "react", "react-dom",
  "rollup", "tailwindcss", "tailwindcss-animate", "typescript", "vite", "yalc",
])
const DEAD_WEIGHT = /\.(map|md|markdown|d\.ts|d\.mts|d\.cts|tsbuildinfo|flow)$/

const project = process.argv[2]
const modules = join(project, "node_modules")
const manifest = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** The folder that `require(name)` from `folder` finds, walking up as Node does. */
function find(name, folder) {
  for (let at = folder; at.startsWith(project); at = dirname(at)) {
    const candidate = join(at, "node_modules", name)
    if (existsSync(join(candidate, "package.json"))) return candidate
  }
  return undefined
}

const kept = new Set()
const visit = (folder) => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest(folder)
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const found = BUILD_ONLY.has(name) ? undefined : find(name, folder)
    if (!found || kept.has(found)) continue
    kept.add(found)
    visit(found)
  }
}
visit(project)

function sweep(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) continue
    if (entry.name.startsWith("@")) sweep(path)
    else if (entry.name.startsWith(".") || !kept.has(path)) rmSync(path, { recursive: true })
    else if (existsSync(join(path, "node_modules"))) sweep(join(path, "node_modules"))
  }
}
sweep(modules)

for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && DEAD_WEIGHT.test(entry.name)) rmSync(join(entry.parentPath, entry.name))
}
console.log(`kept ${kept.size} packages`)
