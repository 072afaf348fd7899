// The budget of what a browser must read before the first page shows: the entry and all that it imports statically,
// by Vite's manifest. What is loaded later (routes, palette, charts) does not count.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 180;

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const seen = new Set();
const collect = (name) => {
  if (seen.has(name)) return;
  seen.add(name);
  for (const next of manifest[name].imports ?? []) collect(next);
};
collect(entry);

let total = 0;
for (const name of seen) {
  const { file } = manifest[name];
  const bytes = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  total += bytes;
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)} KB  ${file}`);
}
const kb = total / 1000;
console.log(`${kb.toFixed(1).padStart(7)} KB  initial JavaScript, gzip; at most ${LIMIT_KB}`);
if (kb > LIMIT_KB) process.exit(1);
