// Fashion: clothes laid flat on warm paper. 3:4, as the look's cards are.
import { box, dot, gradient, group, line, lying, mirrored, oval, path, repeat, scene, shade } from "./brush.mjs"

const SIZE = { width: 600, height: 800 }
const paper = { tops: "#efe6d8", bottoms: "#eaddcf", accessories: "#e6dfd2" }
const on = (ground, body, defs) => ({ ...SIZE, svg: scene(600, 800, ground, lying(body), defs) })

/** A long-sleeved top; `neck` is where its edge meets the middle. */
function top(colour, { neck = 205, width = 0, hem = 640 } = {}) {
  const dark = shade(colour, -0.14)
  const sleeve = `M${182 - width} 178 C130 210 104 300 82 560 L142 572 C150 480 168 400 ${196 - width} 330 Z`
  const body = `M240 158 L${178 - width} 180 C${172 - width} 250 ${196 - width} 320 ${190 - width} 420 L${184 - width} ${hem} Q240 ${hem + 14} 301 ${hem + 12} L301 ${neck} Q258 ${neck - 4} 240 158 Z`
  return mirrored(
    path(sleeve, shade(colour, -0.06)) +
      path(body, colour) +
      line(`M${194 - width} 300 C${206 - width} 380 ${200 - width} 480 ${206 - width} 600`, dark, 3, 'opacity="0.5"') +
      line("M112 420 C122 460 116 500 112 540", dark, 3, 'opacity="0.5"'),
  )
}

const shirt = () => {
  const c = "#d9c3a0"
  return top(c, { neck: 215 }) +
    line("M300 214 L300 650", shade(c, -0.18), 3) +
    mirrored(path("M240 158 L262 138 L301 214 L256 250 Z", shade(c, 0.18)) + box(88, 536, 60, 10, 2, shade(c, -0.12), 'transform="rotate(8 118 541)"')) +
    path("M262 138 Q300 158 338 138 L300 214 Z", shade(c, -0.28)) +
    box(330, 300, 70, 76, 6, shade(c, -0.07)) +
    repeat(6, (i) => dot(311, 262 + i * 66, 5, "#fbf6ec", 'stroke="#9b8460" stroke-width="1.5"'))
}

const tee = () => {
  const c = "#f8f4ec"
  const stripes = repeat(11, (i) => box(60, 226 + i * 36, 480, 12, 0, "#a43b26"))
  const outline = "M240 158 L178 180 C130 210 104 300 82 560 L142 572 C150 480 168 400 194 336 L184 640 Q300 660 416 640 L406 336 C432 400 450 480 458 572 L518 560 C496 300 470 210 422 180 L360 158 Q300 196 240 158 Z"
  return path(outline, c) + group(stripes, 'clip-path="url(#tee)"') +
    line("M240 158 Q300 196 360 158", shade(c, -0.14), 8) +
    mirrored(line("M194 336 C190 300 186 260 182 214", shade(c, -0.25), 3))
}
const teeDefs = '<clipPath id="tee"><path d="M178 180 C130 210 104 300 82 560 L142 572 C150 480 168 400 194 336 L184 640 Q300 660 416 640 L406 336 C432 400 450 480 458 572 L518 560 C496 300 470 210 422 180 Z"/></clipPath>'

const jumper = () => {
  const c = "#b3512f"
  return top(c, { neck: 196, width: 12, hem: 610 }) +
    mirrored(
      path("M172 606 Q240 626 301 622 L301 662 Q240 664 176 648 Z", shade(c, -0.16)) +
        path("M78 556 L146 568 L142 612 L82 602 Z", shade(c, -0.16)) +
        repeat(8, (i) => line(`M${186 + i * 15} 618 L${188 + i * 15} 650`, shade(c, -0.32), 2.5)) +
        repeat(4, (i) => line(`M${92 + i * 14} 564 L${92 + i * 13} 602`, shade(c, -0.32), 2.5)),
    ) +
    line("M240 160 Q300 232 360 160", shade(c, -0.16), 20) +
    repeat(13, (i) => line(`M${212 + i * 15} ${250 + (i % 2) * 4} v320`, shade(c, 0.1), 2, 'opacity="0.35" stroke-dasharray="7 7"'))
}

const jacket = () => {
  const c = "#3d5a80"
  const seam = shade(c, 0.3)
  const pocket = (x, y, w, h) => box(x, y, w, h, 4, shade(c, 0.06), `stroke="${seam}" stroke-width="2" stroke-dasharray="5 4"`)
  return top(c, { neck: 220, width: 14, hem: 620 }) +
    line("M300 220 L300 632", shade(c, -0.35), 4) +
    pocket(196, 460, 82, 104) + pocket(322, 460, 82, 104) + pocket(326, 292, 66, 74) +
    mirrored(path("M238 156 L264 136 L301 220 L238 262 Z", shade(c, 0.14))) +
    path("M264 136 Q300 158 336 136 L300 220 Z", shade(c, -0.45)) +
    repeat(5, (i) => dot(312, 266 + i * 82, 7, "#1f2f45"))
}

const dress = () => {
  const c = "#a8402a"
  const dark = shade(c, -0.22)
  return mirrored(
    path("M226 140 L178 166 C164 220 150 270 146 330 L204 344 C210 310 218 290 228 270 Z", shade(c, -0.08)) +
      path("M226 140 C236 220 224 300 232 356 C196 480 164 600 150 706 Q230 732 301 728 L301 270 Z", c),
  ) +
    path("M374 140 C364 200 320 280 232 330 L234 356 L368 356 C376 300 364 220 374 140 Z", shade(c, 0.08)) +
    path("M300 366 C330 480 352 600 356 722 Q380 718 404 712 C396 600 380 480 356 366 Z", dark, 'opacity="0.55"') +
    path("M232 340 L368 340 L368 368 L232 368 Z", dark) +
    path("M356 352 C400 380 410 430 398 490 L380 486 C388 440 380 404 350 370 Z M352 360 C370 400 372 440 356 500 L340 494 C352 440 346 400 340 366 Z", dark) +
    mirrored(line("M214 440 C200 520 184 610 178 690", dark, 3, 'opacity="0.6"') + line("M256 420 C248 520 236 620 232 704", dark, 3, 'opacity="0.6"'))
}

const trousers = () => {
  const c = "#6f7550"
  const dark = shade(c, -0.25)
  return mirrored(
    path("M214 130 L301 130 L301 286 C288 420 286 560 284 690 L146 690 C150 520 176 300 214 130 Z", c) +
      line("M246 178 C240 340 224 520 214 684", dark, 3, 'opacity="0.7"') +
      line("M268 178 L264 260", dark, 3) +
      line("M206 200 C212 230 208 256 196 280", dark, 4) +
      path("M146 672 L284 672 L284 690 L146 690 Z", dark, 'opacity="0.35"'),
  ) +
    path("M214 120 L386 120 L390 166 L210 166 Z", shade(c, 0.1)) +
    line("M300 166 L300 290", dark, 4) +
    dot(300, 143, 7, "#efe6d8") +
    repeat(2, (i) => box(238 + i * 114, 114, 10, 58, 3, dark))
}

const skirt = () => {
  const c = "#c08a34"
  const pleats = repeat(12, (i) => {
    const x = 214 + i * 14.3
    const bottom = 120 + i * 30
    return path(`M${x} 200 L${x + 7} 200 L${bottom + 13} 650 L${bottom} 650 Z`, shade(c, -0.22), 'opacity="0.8"')
  })
  return path("M212 190 L388 190 L484 650 Q300 676 116 650 Z", c) + pleats +
    path("M116 650 Q300 676 484 650 L480 630 Q300 654 120 630 Z", shade(c, -0.1), 'opacity="0.7"') +
    path("M208 160 L392 160 L390 202 L210 202 Z", shade(c, -0.12)) + dot(372, 181, 6, "#f3e4c4")
}

const jeans = () => {
  const c = "#2b3a5a"
  const thread = "#c98b4a"
  return mirrored(
    path("M206 130 L301 130 L301 286 L286 660 L182 660 C178 480 186 300 206 130 Z", c) +
      path("M180 640 L288 640 L286 690 L180 690 Z", "#8fa0bd") +
      line("M204 178 C222 216 250 218 262 174", thread, 2.5, 'stroke-dasharray="6 4"') +
      line("M190 300 C188 420 188 540 190 632", shade(c, -0.4), 3) +
      path("M226 330 C240 420 244 500 238 600 C222 520 214 420 226 330 Z", shade(c, 0.16), 'opacity="0.5"'),
  ) +
    path("M204 120 L396 120 L396 166 L204 166 Z", shade(c, 0.08), `stroke="${thread}" stroke-width="2" stroke-dasharray="6 4"`) +
    line("M300 166 L300 286 M300 268 C330 262 336 220 334 170", thread, 2.5, 'stroke-dasharray="6 4"') +
    dot(300, 143, 9, "#b98a55") + repeat(4, (i) => box(222 + i * 50 - (i > 1 ? -0 : 8), 114, 10, 58, 3, shade(c, -0.25)))
}

const tote = () => {
  const c = "#8a5a34"
  return line("M220 330 C210 130 390 130 380 330", shade(c, -0.3), 17) +
    path("M140 312 L460 312 L492 668 Q300 690 108 668 Z", "url(#hide)") +
    line("M152 330 L448 330", shade(c, -0.35), 3, 'stroke-dasharray="9 6"') +
    line("M124 652 Q300 672 476 652", shade(c, -0.35), 3, 'stroke-dasharray="9 6"') +
    line("M236 330 C228 150 372 150 364 330", c, 17) +
    repeat(2, (i) => box(218 + i * 128, 316, 36, 56, 4, shade(c, -0.22)) + dot(236 + i * 128, 352, 5, "#d8b26a")) +
    box(268, 430, 64, 34, 3, shade(c, -0.12))
}
const toteDefs = gradient("hide", "#a06c42", "#7d4f2c", 'x2="1" y2="1"')

const scarf = () => {
  const c = "#b3512f"
  const end = (x, y, w, h, tilt) =>
    group(
      box(x, y, w, h, 6, c) +
        repeat(3, (i) => box(x, y + h - 104 + i * 30, w, 12, 0, i === 1 ? "#efd9b4" : shade(c, -0.3))) +
        repeat(9, (i) => line(`M${x + 8 + (i * (w - 16)) / 8} ${y + h} l${(i % 3) - 1} 44`, shade(c, -0.1), 5)),
      `transform="rotate(${tilt} ${x + w / 2} ${y})"`,
    )
  return end(306, 300, 124, 330, -9) + end(190, 300, 124, 300, 10) +
    path("M150 250 C150 130 450 130 450 250 C450 350 380 390 300 390 C220 390 150 350 150 250 Z", shade(c, 0.06)) +
    path("M214 232 C230 176 370 176 386 232 C370 270 230 270 214 232 Z", "#e6dfd2") +
    path("M214 232 C230 196 370 196 386 232 C360 214 240 214 214 232 Z", shade(c, -0.4)) +
    line("M166 280 C220 350 360 356 434 280", shade(c, -0.25), 4) +
    line("M190 322 C250 376 350 376 410 322", shade(c, -0.25), 4)
}

const hat = () => {
  const c = "#dfc088"
  return oval(300, 430, 236, 150, c) +
    repeat(7, (i) => oval(300, 430, 228 - i * 15, 144 - i * 10, "none", `stroke="${shade(c, -0.16)}" stroke-width="2.5" stroke-dasharray="12 5"`)) +
    path("M176 420 C172 290 220 226 300 226 C380 226 428 290 424 420 C400 464 200 464 176 420 Z", shade(c, 0.1)) +
    repeat(5, (i) => line(`M${190 + i * 8} ${372 - i * 30} Q300 ${404 - i * 34} ${410 - i * 8} ${372 - i * 30}`, shade(c, -0.12), 2.5, 'stroke-dasharray="12 5"')) +
    path("M176 420 C175 396 176 386 178 370 Q300 412 422 370 C424 386 425 396 424 420 C400 464 200 464 176 420 Z", "#2b2320") +
    path("M404 428 L470 470 L438 486 L392 440 Z", "#3a302b")
}

const belt = () => {
  const c = "#7a4a2b"
  const coil = repeat(3, (i) => oval(290, 400, 178 - i * 42, 178 - i * 42, "none", `stroke="${shade(c, i % 2 ? -0.12 : 0.04)}" stroke-width="36"`))
  return coil +
    repeat(3, (i) => oval(290, 400, 190 - i * 42, 190 - i * 42, "none", `stroke="${shade(c, -0.4)}" stroke-width="2" stroke-dasharray="8 6"`)) +
    path("M440 380 L476 380 L476 620 L458 650 L440 620 Z", c) +
    repeat(5, (i) => dot(458, 500 + i * 26, 4, shade(c, -0.6))) +
    box(416, 372, 86, 92, 16, "none", 'stroke="#c9a14f" stroke-width="13"') +
    line("M459 372 L459 452", "#e0bd72", 9)
}

export const fashion = {
  "linen-shirt": on(paper.tops, shirt()),
  "striped-tee": on("#e3d6c4", tee(), teeDefs),
  "merino-jumper": on(paper.tops, jumper()),
  "chore-jacket": on(paper.tops, jacket()),
  "wrap-dress": on(paper.bottoms, dress()),
  "wide-trousers": on(paper.bottoms, trousers()),
  "pleated-skirt": on(paper.bottoms, skirt()),
  "selvedge-jeans": on(paper.bottoms, jeans()),
  "leather-tote": on(paper.accessories, tote(), toteDefs),
  "wool-scarf": on(paper.accessories, scarf()),
  "straw-hat": on(paper.accessories, hat()),
  "leather-belt": on(paper.accessories, belt()),
}
