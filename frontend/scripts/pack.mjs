// Packs what browsers ask for beside each file, so that the server has nothing to do but choose.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const DIST = "dist";
/** Fonts and pictures are packed already. */
const PACKABLE = /\.(?:js|css|html|svg|json)$/;
/** Less is not worth another file. */
const MIN_BYTES = 512;

const [pack, zip] = [promisify(brotliCompress), promisify(gzip)];

for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !PACKABLE.test(path) || path.includes("/.vite/")) continue;
  const bytes = await readFile(path);
  if (bytes.length < MIN_BYTES) continue;
  await writeFile(`${path}.br`, await pack(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  await writeFile(`${path}.gz`, await zip(bytes, { level: 9 }));
}
