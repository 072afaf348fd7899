// Minimal: one thing on a shelf, a wall behind it, light from the left. 4:5, as the look's cards are.
import { box, dot, gradient, group, line, mirrored, oval, path, repeat, scene, shade, standing } from "./brush.mjs"

const SHELF = 600
const on = (wall, body, defs = "") => ({
  width: 600, height: 750,
  svg: scene(600, 750, wall, `<rect y="${SHELF}" width="600" height="150" fill="${shade(wall, 0.45)}"/>${body}`, defs),
})
const wall = { kitchen: "#e9e7e2", textiles: "#e6e4e1", lighting: "#dcdad6" }
/** A round body lit from the left. */
const round = (id, colour) => gradient(id, shade(colour, 0.18), shade(colour, -0.24), 'x2="1" y2="0"')

const board = () =>
  standing(310, 606, 150) +
  group(
    path("M190 250 Q190 220 220 216 L262 210 Q276 150 300 150 Q324 150 338 210 L380 216 Q410 220 410 250 L410 560 Q410 604 366 604 L234 604 Q190 604 190 560 Z", "url(#olive)") +
      dot(300, 186, 13, "#e9e7e2") +
      repeat(6, (i) => line(`M${212 + i * 34} 240 C${230 + i * 30} 340 ${190 + i * 40} 440 ${222 + i * 32} 592`, "#7d5a30", 3 + (i % 2) * 2, 'opacity="0.45"')) +
      oval(318, 420, 18, 40, "none", 'stroke="#7d5a30" stroke-width="3" opacity="0.5"'),
    'transform="rotate(4 300 600)"',
  )
const boardDefs = gradient("olive", "#cfa46a", "#a97b45", 'x2="1" y2="0.3"')

const mug = () =>
  standing(300, 606, 130) +
  line("M400 420 C480 410 480 540 396 536", "#a8977c", 26) +
  path("M192 380 L408 380 L402 560 Q400 604 356 604 L244 604 Q200 604 198 560 Z", "url(#sand)") +
  oval(300, 380, 108, 20, "#d9c9ae") + oval(300, 382, 98, 15, "#7f705a") +
  path("M196 506 L404 506 L402 560 Q400 604 356 604 L244 604 Q200 604 198 560 Z", "#6b5b46", 'opacity="0.22"')
const mugDefs = round("sand", "#c8b695")

const pot = () =>
  standing(290, 606, 130) +
  line("M356 430 L540 330", "#b08d42", 20) + line("M470 368 L540 330", "#3a2a1d", 24) +
  path("M206 380 L190 352 L360 380 C352 430 392 470 392 540 Q392 604 330 604 L230 604 Q168 604 168 540 C168 470 214 430 206 380 Z", "url(#copper)") +
  oval(284, 384, 78, 15, "#7a3f22") +
  repeat(5, (row) => repeat(7, (i) => oval(196 + i * 30 + (row % 2) * 14, 468 + row * 28, 9, 7, "#ffffff", 'opacity="0.13"')))
const potDefs = round("copper", "#c0703f")

const glasses = () => {
  const glass = (x, s) =>
    group(
      standing(0, 604, 96, 12) + oval(0, 592, 96, 15, "#f7f5f0", 'stroke="#cfcabf" stroke-width="2"') + oval(0, 590, 50, 7, "#d8d2c6") +
        path("M-48 430 C-48 480 -26 500 -32 540 C-38 570 -24 590 0 590 C24 590 38 570 32 540 C26 500 48 480 48 430 Z", "#ffffff", 'opacity="0.55"') +
        path("M-46 452 C-44 486 -26 502 -32 540 C-37 568 -24 585 0 585 C24 585 37 568 32 540 C26 502 44 486 46 452 Z", "#a8441c", 'opacity="0.88"') +
        oval(0, 452, 46, 8, "#c9602c") + oval(0, 430, 48, 8, "none", 'stroke="#b9b4a8" stroke-width="2.5"') +
        line("M-34 470 C-30 500 -20 520 -22 556", "#ffffff", 5, 'opacity="0.55"'),
      `transform="translate(${x} ${604 - 604 * s}) scale(${s})"`,
    )
  return glass(190, 1.1) + glass(410, 1.1)
}

const cloth = () =>
  standing(300, 690, 240, 18) +
  repeat(2, (i) => box(112 + i * 356, 560, 20, 128, 2, "#a98a63")) +
  path("M80 400 L520 400 L536 628 Q500 642 470 624 Q430 606 396 628 Q350 650 300 628 Q250 606 204 628 Q160 648 124 626 Q90 612 64 628 Z", "url(#linen)") +
  path("M80 400 L520 400 L500 378 L100 378 Z", "#f8f5ee") +
  [130, 206, 300, 398, 468].map((x, i) => line(`M${x} 408 C${x - 6} 480 ${x + 6} 540 ${x + (i - 2) * 4} 618`, "#b8ae9c", 4, 'opacity="0.6"')).join("") +
  path("M268 372 L332 372 L324 300 Q300 284 276 300 Z", "#8f9a86") + oval(300, 300, 24, 7, "#5d6656") +
  line("M300 298 C296 240 300 200 320 170 M300 298 C290 250 270 220 254 208 M302 290 C320 256 340 240 356 236", "#66735a", 4) +
  [[322, 164], [250, 204], [360, 232], [306, 214]].map(([x, y]) => oval(x, y, 15, 8, "#7d8b70", `transform="rotate(${x % 50} ${x} ${y})"`)).join("")
const clothDefs = gradient("linen", "#f4efe5", "#d8cfbf")

const throwRug = () =>
  standing(300, 606, 200) +
  repeat(3, (i) => box(120, 470 + i * 45, 360, 46, 22, shade("#a8502f", 0.1 - i * 0.09))) +
  path("M330 462 L468 462 Q482 500 474 560 L470 640 L338 640 L342 560 Q346 500 330 462 Z", "#bb6340") +
  repeat(11, (i) => line(`M${346 + i * 12} 640 l${(i % 3) - 1} 34`, "#a8502f", 5)) +
  repeat(3, (i) => box(338, 574 + i * 20, 132, 7, 0, "#efd9b4", 'opacity="0.85"')) +
  repeat(3, (i) => line(`M140 ${492 + i * 45} H326`, "#6f3019", 2.5, 'opacity="0.5" stroke-dasharray="10 7"'))

const apron = () =>
  box(240, 110, 120, 14, 7, "#a98a63") + line("M258 124 C262 190 262 210 252 250 M342 124 C338 190 338 210 348 250", "#2c2e31", 11) +
  path("M240 244 L360 244 C364 310 396 340 430 356 L440 590 Q300 608 160 590 L170 356 C204 340 236 310 240 244 Z", "url(#canvas)") +
  line("M172 372 C130 400 120 450 126 520 M428 372 C470 400 480 450 474 520", "#2c2e31", 9) +
  [[196, 430], [310, 430]].map(([x, y]) => box(x, y, 94, 104, 5, "#54575c", 'stroke="#8b8e93" stroke-width="2" stroke-dasharray="6 4"')).join("") +
  box(270, 290, 60, 30, 3, "#c9a778")
const apronDefs = gradient("canvas", "#4b4e53", "#36393d", 'x2="1" y2="1"')

const cushion = () =>
  standing(300, 606, 190) +
  path("M124 280 Q300 262 476 280 Q490 440 476 600 Q300 616 124 600 Q110 440 124 280 Z", "#d9cdb8") +
  group(
    repeat(3, (row) => repeat(3, (column) => {
      const [x, y] = [190 + column * 110, 334 + row * 108]
      return path(`M${x} ${y - 48} L${x + 48} ${y} L${x} ${y + 48} L${x - 48} ${y} Z`, (row + column) % 2 ? "#3b4653" : "#a8502f") +
        path(`M${x} ${y - 26} L${x + 26} ${y} L${x} ${y + 26} L${x - 26} ${y} Z`, "#efe6d6") +
        path(`M${x} ${y - 11} L${x + 11} ${y} L${x} ${y + 11} L${x - 11} ${y} Z`, "#b88a3c")
    })),
  ) + line("M124 280 Q300 262 476 280 Q490 440 476 600 Q300 616 124 600 Q110 440 124 280 Z", "#b6a88f", 5)

const lantern = () =>
  standing(300, 606, 130) + dot(300, 440, 190, "#ffdf9a", 'opacity="0.4" filter="url(#soft)"') +
  dot(300, 178, 24, "none", 'stroke="#9a7830" stroke-width="9"') +
  path("M264 214 L336 214 L396 306 L204 306 Z", "url(#brass)") + box(190, 302, 220, 22, 5, "#a37f35") +
  path("M206 324 L394 324 L404 566 L196 566 Z", "url(#brass)") +
  repeat(4, (row) => repeat(5, (i) => {
    const [x, y] = [226 + i * 37, 354 + row * 56]
    return path(`M${x} ${y - 17} L${x + 13} ${y} L${x} ${y + 17} L${x - 13} ${y} Z`, "#fff1c4") + dot(x + 18, y + 27, i < 4 ? 5 : 0, "#fff1c4")
  })) + box(184, 564, 232, 40, 6, "#8a6a2a")
const lanternDefs = round("brass", "#c49a4a")

const pendant = () =>
  line("M300 0 L300 176", "#3a3835", 5) + box(282, 158, 36, 26, 5, "#b08d5a") +
  dot(300, 340, 200, "#fff3d6", 'opacity="0.7" filter="url(#soft)"') + dot(300, 340, 165, "url(#paper)") +
  repeat(9, (i) => {
    const y = 208 + i * 33
    const half = Math.sqrt(Math.max(0, 165 ** 2 - (y - 340) ** 2))
    return line(`M${300 - half} ${y} Q300 ${y + 20} ${300 + half} ${y}`, "#cdbf9f", 2.5)
  }) + standing(300, 660, 150, 16, 0.12)
const pendantDefs = gradient("paper", "#fffaf0", "#f1e4c6", 'x2="1" y2="0.8"')

const candles = () =>
  standing(300, 606, 180) +
  [[170, 360], [256, 300], [342, 420], [424, 250]].map(([x, top], i) =>
    box(x - 26, top, 56, 606 - top, 8, "url(#wax)") + oval(x + 2, top + 4, 28, 8, "#f3d488") + line(`M${x + 2} ${top} v-22`, "#3a2f22", 4) +
    (i === 1 ? dot(x + 2, top - 50, 66, "#ffe3a0", 'opacity="0.55" filter="url(#soft)"') + path(`M${x + 2} ${top - 78} C${x + 22} ${top - 46} ${x + 18} ${top - 18} ${x + 2} ${top - 18} C${x - 14} ${top - 18} ${x - 18} ${top - 46} ${x + 2} ${top - 78} Z`, "#ffb53a") + path(`M${x + 2} ${top - 54} C${x + 11} ${top - 36} ${x + 10} ${top - 20} ${x + 2} ${top - 20} C${x - 6} ${top - 20} ${x - 7} ${top - 36} ${x + 2} ${top - 54} Z`, "#fff3cf") : ""),
  ).join("")
const candlesDefs = round("wax", "#e0b65c")

const lamp = () =>
  standing(300, 606, 150) + dot(300, 330, 80, "#ffe3a0", 'opacity="0.6" filter="url(#soft)"') +
  path("M300 268 C332 316 326 362 300 362 C274 362 268 316 300 268 Z", "#ffb53a") + path("M300 306 C316 332 312 360 300 360 C288 360 284 332 300 306 Z", "#fff3cf") +
  box(286, 356, 28, 44, 5, "#9a968e") +
  path("M270 396 L330 396 C340 420 440 440 440 520 Q440 604 340 604 L260 604 Q160 604 160 520 C160 440 260 420 270 396 Z", "url(#clay)") +
  oval(300, 398, 30, 7, "#cfcac0") + line("M166 508 Q300 538 434 508", "#6f87a3", 7) + line("M176 488 Q300 516 424 488", "#6f87a3", 3)
const lampDefs = round("clay", "#e6e1d8")

export const minimal = {
  "olive-wood-board": on(wall.kitchen, board(), boardDefs),
  "stoneware-mug": on(wall.kitchen, mug(), mugDefs),
  "copper-coffee-pot": on(wall.kitchen, pot(), potDefs),
  "tea-glass-set": on(wall.kitchen, glasses()),
  "linen-tablecloth": on(wall.textiles, cloth(), clothDefs),
  "wool-throw": on(wall.textiles, throwRug()),
  "canvas-apron": on(wall.textiles, apron(), apronDefs),
  "kilim-cushion": on(wall.textiles, cushion()),
  "brass-lantern": on(wall.lighting, lantern(), lanternDefs),
  "paper-pendant": on(wall.lighting, pendant(), pendantDefs),
  "beeswax-candles": on(wall.lighting, candles(), candlesDefs),
  "clay-oil-lamp": on(wall.lighting, lamp(), lampDefs),
}
