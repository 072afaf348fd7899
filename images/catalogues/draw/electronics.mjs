// Electronics: things with edges, on a cool bright ground. 1:1, as the look's cards are.
import { box, dot, gradient, group, line, mirrored, oval, path, repeat, scene, shade, standing } from "./brush.mjs"

const GROUND = gradient("air", "#f7f9fc", "#d9e1ec")
const accent = "#2f62e8"
/** White things would be lost on a ground this bright. */
const RIM = 'stroke="#b4bfce" stroke-width="2"'
const on = (body, defs = "") => ({ width: 600, height: 600, svg: scene(600, 600, "url(#air)", body, GROUND + defs) })

const phones = () =>
  standing(300, 500, 210) +
  line("M130 380 C110 90 490 90 470 380", "#1c2330", 30) +
  line("M150 340 C146 122 454 122 450 340", "#3a4557", 8) +
  mirrored(
    box(92, 320, 92, 170, 44, "url(#shell)") +
      box(168, 330, 38, 150, 19, "#10151e") +
      oval(130, 405, 26, 62, "none", 'stroke="#55627a" stroke-width="3"'),
  ) + dot(130, 466, 4, accent)
const phonesDefs = gradient("shell", "#394458", "#1a202c", 'x2="1" y2="1"')

const buds = () => {
  const bud = (x, tilt) =>
    group(
      box(x - 15, 200, 30, 116, 15, "#e3e9f2", RIM) + oval(x, 190, 42, 48, "url(#pearl)", RIM) +
        oval(x + 4, 184, 16, 22, "#222b3a") + box(x - 8, 296, 16, 10, 5, "#aab4c4"),
      `transform="rotate(${tilt} ${x} 240)"`,
    )
  return standing(300, 530, 170) + bud(226, 10) + `<g transform="translate(600 0) scale(-1 1)">${bud(226, 10)}</g>` +
    path("M150 400 Q150 366 190 366 L410 366 Q450 366 450 400 Z", "#c4cddb") +
    box(150, 392, 300, 140, 58, "url(#pearl)", RIM) +
    oval(238, 396, 38, 9, "#4a5568") + oval(362, 396, 38, 9, "#4a5568") +
    dot(300, 462, 6, accent)
}
const budsDefs = gradient("pearl", "#ffffff", "#dfe5ee", 'x2="1" y2="1"')

const speaker = () =>
  standing(300, 540, 160) +
  box(170, 70, 260, 466, 12, "url(#walnut)") +
  box(186, 86, 228, 434, 6, "#1b212c") +
  dot(300, 190, 58, "#2b3442") + dot(300, 190, 46, "#0e131b") + dot(300, 190, 20, "#c8d0dc") +
  dot(300, 376, 100, "#2b3442") + dot(300, 376, 88, "#10151e") +
  repeat(3, (i) => dot(300, 376, 80 - i * 14, "none", 'stroke="#2f3949" stroke-width="3"')) +
  dot(300, 376, 32, "#384357") + oval(290, 366, 14, 10, "#55627a") + dot(390, 500, 4, accent)
const speakerDefs = gradient("walnut", "#8a5c3a", "#5d3b23", 'x2="1" y2="0.4"')

const radio = () =>
  standing(300, 500, 220) +
  line("M460 200 L520 60", "#9aa5b5", 7) + dot(520, 58, 8, "#9aa5b5") +
  line("M180 196 C180 130 420 130 420 196", "#23314f", 16) +
  box(90, 190, 420, 304, 40, "url(#blue)") +
  box(114, 214, 226, 256, 22, "#e8edf5") +
  repeat(9, (row) => repeat(8, (column) => dot(140 + column * 25, 240 + row * 25.5, 6.5, "#8f9bb0"))) +
  dot(424, 300, 62, "#f4f7fb") + dot(424, 300, 50, "#dfe6f0") + line("M424 300 L452 262", "#b3261e", 6) + dot(424, 300, 10, "#23314f") +
  repeat(12, (i) => group(line("M424 246 L424 252", "#5a677e", 3), `transform="rotate(${i * 30} 424 300)"`)) +
  repeat(3, (i) => dot(376 + i * 48, 420, 15, i === 1 ? "#f4f7fb" : "#23314f"))
const radioDefs = gradient("blue", "#4f79d8", "#2f54a8")

const keyboard = () => {
  const rows = [14, 14, 14, 13, 9]
  const key = (x, y, w, fill) => box(x, y + 4, w, 28, 6, shade(fill, -0.2)) + box(x, y, w, 28, 6, fill)
  const keys = rows
    .map((count, row) => {
      const gap = 5
      const wide = row === 4 ? 3 : -1
      const unit = wide < 0 ? (456 - gap * (count - 1)) / count : (456 - gap * (count - 1) - 170) / (count - 1)
      let x = 72
      return repeat(count, (i) => {
        const w = i === wide ? 170 : unit
        const special = (row === 0 && i === 0) || (row === 2 && i === count - 1)
        const edge = i === 0 || i === count - 1
        const drawn = key(x, 226 + row * 39, w, special ? accent : edge ? "#aab6c8" : "#f5f8fc")
        x += w + gap
        return drawn
      })
    })
    .join("")
  return standing(300, 446, 250, 18) + box(52, 206, 496, 228, 20, "#2b3444") + box(52, 206, 496, 216, 20, "#3b475b") + keys
}

const mouse = () =>
  standing(300, 520, 130) +
  line("M300 120 L300 104", "#8995a8", 10) +
  path("M300 96 C400 96 430 190 430 300 C430 430 380 520 300 520 C220 520 170 430 170 300 C170 190 200 96 300 96 Z", "url(#pearl)", RIM) +
  line("M300 98 L300 262", "#b4bfce", 3) + line("M172 286 C230 252 370 252 428 286", "#b4bfce", 3) +
  box(286, 150, 28, 70, 14, "#2b3444") + repeat(4, (i) => line(`M289 ${168 + i * 12} H311`, "#55627a", 3)) +
  box(284, 420, 32, 8, 4, accent)

const monitor = () =>
  standing(300, 534, 150, 14) +
  path("M262 440 L338 440 L350 526 L250 526 Z", "#aeb9c9") + box(196, 518, 208, 16, 8, "#c5cedb") +
  box(44, 96, 512, 352, 14, "#161c27") + box(56, 108, 488, 316, 4, "url(#sky)") +
  group(
    dot(424, 196, 40, "#fff4d6") +
      path("M56 330 C150 240 240 300 320 270 C400 240 470 290 544 250 L544 424 L56 424 Z", "#6d93ee") +
      path("M56 380 C140 310 260 380 350 330 C430 290 490 350 544 320 L544 424 L56 424 Z", "#3f6bd8") +
      path("M56 410 C180 360 300 420 400 384 C460 366 510 390 544 380 L544 424 L56 424 Z", "#24469c"),
  ) + dot(300, 436, 4, "#55627a")
const monitorDefs = gradient("sky", "#cfe0ff", "#f6e8dc")

const dock = () =>
  standing(300, 420, 230, 20) +
  line("M84 330 C20 330 30 200 90 196 C150 190 130 110 80 96", "#55627a", 12) +
  path("M100 270 L500 270 L540 330 L60 330 Z", "#dfe6ef") +
  box(60, 328, 480, 82, 14, "url(#alu)") +
  box(92, 356, 66, 28, 3, "#141a24") + box(174, 356, 66, 28, 3, "#141a24") +
  repeat(2, (i) => path(`M${258 + i * 76} 356 h60 v18 l-8 10 h-44 l-8 -10 Z`, "#141a24")) +
  box(412, 360, 40, 20, 10, "#141a24") + box(470, 352, 44, 36, 3, "#141a24") +
  repeat(2, (i) => box(98 + i * 82, 366, 54, 5, 2, "#3f6bd8")) + dot(520, 318, 4, accent)
const dockDefs = gradient("alu", "#c3ccd9", "#8f9bad")

const watch = () =>
  standing(300, 556, 100) +
  path("M232 40 L368 40 L384 170 L216 170 Z M216 430 L384 430 L366 556 L234 556 Z", "url(#band)") +
  box(180, 140, 240, 320, 72, "#b9c4d3") + box(190, 150, 220, 300, 64, "#0b1018") +
  box(420, 238, 18, 60, 8, "#9aa6b7") +
  repeat(3, (i) => dot(300, 300, 86 - i * 18, "none", `stroke="${["#22345f", "#3a2a3a", "#1f3f3a"][i]}" stroke-width="13"`)) +
  [[86, "#4f7dff", 400], [68, "#ff6b57", 250], [50, "#35c79a", 240]]
    .map(([r, colour, length]) => dot(300, 300, r, "none", `stroke="${colour}" stroke-width="13" stroke-linecap="round" stroke-dasharray="${length} 999" transform="rotate(-90 300 300)"`))
    .join("") +
  line("M252 424 V408 M264 424 V408 M276 424 V400 M288 424 V412", "#5f6d84", 5)
const watchDefs = gradient("band", "#33415c", "#1d2739", 'x2="1" y2="0"')

const bank = () =>
  standing(300, 530, 150) +
  box(186, 76, 228, 448, 40, "url(#night)") + box(196, 86, 208, 428, 32, "none", 'stroke="#56647d" stroke-width="2"') +
  box(272, 68, 56, 12, 6, "#0e131b") +
  repeat(4, (i) => dot(258 + i * 28, 136, 6, i < 3 ? "#6aa0ff" : "#41506a")) +
  path("M312 240 L258 326 L294 326 L282 396 L344 300 L306 300 Z", accent)
const bankDefs = gradient("night", "#3a465c", "#1a2130", 'x2="1" y2="1"')

const camera = () =>
  standing(300, 520, 210) +
  box(196, 40, 208, 150, 4, "#fffdf8", 'stroke="#d2dae5" stroke-width="2"') + box(212, 56, 176, 134, 0, "url(#sky)") +
  path("M212 150 C260 110 320 150 388 120 L388 190 L212 190 Z", "#5b86e6") +
  box(180, 168, 240, 20, 6, "#97a3b6") +
  path("M120 180 L480 180 Q500 180 506 204 L524 470 Q526 512 490 512 L110 512 Q74 512 76 470 L94 204 Q100 180 120 180 Z", "url(#pearl)", RIM) +
  box(78, 420, 444, 30, 0, accent) + box(78, 450, 444, 14, 0, "#f2b441") +
  dot(300, 330, 96, "#c8d1de") + dot(300, 330, 82, "#1a212d") + dot(300, 330, 56, "#0b1018") + dot(300, 330, 34, "#24375f") + oval(284, 314, 12, 9, "#a9c3ff") +
  box(402, 216, 64, 44, 10, "#dbe6f7", 'stroke="#aab6c8" stroke-width="3"') + dot(156, 238, 22, "#d8412f")

const light = () =>
  standing(300, 520, 230, 20) +
  path("M96 430 L300 452 L504 430 L504 500 L300 524 L96 500 Z", "#24469c") +
  path("M110 416 C180 396 260 404 300 436 C340 404 420 396 490 416 L490 486 C420 470 340 476 300 508 C260 476 180 470 110 486 Z", "#fffdf6", 'stroke="#d9d3c4" stroke-width="2"') +
  line("M300 436 L300 506", "#cfc8b6", 3) +
  repeat(4, (i) => line(`M134 ${432 + i * 12} C180 ${420 + i * 12} 236 ${426 + i * 12} 270 ${446 + i * 10} M466 ${432 + i * 12} C420 ${420 + i * 12} 364 ${426 + i * 12} 330 ${446 + i * 10}`, "#bdb7a8", 3)) +
  path("M196 196 L330 196 L452 420 L150 420 Z", "#ffd873", 'opacity="0.35"') +
  line("M452 420 C470 260 470 120 350 130 C300 134 280 150 270 166", "#2b3444", 13) +
  box(196, 158, 136, 40, 20, "#2b3444") + box(208, 190, 112, 10, 5, "#fff0c2") + box(434, 392, 36, 66, 8, "#1a212d")

export const electronics = {
  "over-ear-headphones": on(phones(), phonesDefs),
  "wireless-earbuds": on(buds(), budsDefs),
  "bookshelf-speaker": on(speaker(), speakerDefs),
  "kitchen-radio": on(radio(), radioDefs),
  "mechanical-keyboard": on(keyboard()),
  "wireless-mouse": on(mouse(), budsDefs),
  "27-inch-monitor": on(monitor(), monitorDefs),
  "usb-c-dock": on(dock(), dockDefs),
  "smart-watch": on(watch(), watchDefs),
  "power-bank": on(bank(), bankDefs),
  "instant-camera": on(camera(), budsDefs + monitorDefs),
  "reading-light": on(light()),
}
