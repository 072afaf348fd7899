// Draws every picture of the catalogues: `npm ci && npm run draw`. The pictures are committed, so that no image needs this to be built.
import { mkdir, rm } from "node:fs/promises"
import sharp from "sharp"
import { electronics } from "./electronics.mjs"
import { fashion } from "./fashion.mjs"
import { minimal } from "./minimal.mjs"

/** Pixels across: what a product page shows on a good screen. */
const WIDTH = 900
const QUALITY = 78

const pictures = new URL("../pictures/", import.meta.url).pathname

for (const [name, look] of Object.entries({ fashion, electronics, minimal })) {
  await rm(`${pictures}${name}`, { recursive: true, force: true })
  await mkdir(`${pictures}${name}`, { recursive: true })
  for (const [handle, { width, svg }] of Object.entries(look)) {
    await sharp(Buffer.from(svg), { density: (72 * WIDTH) / width })
      .resize(WIDTH)
      .webp({ quality: QUALITY, effort: 6, smartSubsample: true })
      .toFile(`${pictures}${name}/${handle}.webp`)
  }
}
