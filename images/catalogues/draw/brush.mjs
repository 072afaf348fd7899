// What the three looks share: a scene, a shadow, a mirrored half, and colours made from colours.

/** Mixes `hex` with black (k < 0) or white (k > 0), by |k| from 0 to 1. */
export function shade(hex, k) {
  const to = k < 0 ? 0 : 255
  const part = Math.abs(k)
  const mixed = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16)
    return Math.round(value + (to - value) * part).toString(16).padStart(2, "0")
  })
  return `#${mixed.join("")}`
}

export const path = (d, fill, more = "") => `<path d="${d}" fill="${fill}" ${more}/>`
export const line = (d, colour, width, more = "") =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`
export const box = (x, y, w, h, r, fill, more = "") =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${r}" fill="${fill}" ${more}/>`
export const dot = (x, y, r, fill, more = "") => `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${more}/>`
export const oval = (x, y, rx, ry, fill, more = "") =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`
export const group = (body, more = "") => `<g ${more}>${body}</g>`
export const repeat = (count, draw) => Array.from({ length: count }, (_, index) => draw(index)).join("")

/** A half drawn left of x = 300, and the same half right of it. Halves overlap by a unit, or a seam would show. */
export const mirrored = (half) => `${half}<g transform="translate(600 0) scale(-1 1)">${half}</g>`

/** A gradient by name, top to bottom unless told otherwise. */
export const gradient = (id, from, to, direction = 'x2="0" y2="1"') =>
  `<linearGradient id="${id}" x1="0" y1="0" ${direction}><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`

/** A soft shadow on the ground under a thing that stands there. */
export const standing = (x, y, rx, ry = rx * 0.13, strength = 0.28) =>
  oval(x, y, rx, ry, "#1a1410", `opacity="${strength}" filter="url(#soft)"`)

/** A thing that lies flat, with its shadow below and to the right. */
export const lying = (body) => group(body, 'filter="url(#drop)"')

export function scene(width, height, ground, body, defs = "") {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><defs>
<filter id="soft" x="-50%" y="-200%" width="200%" height="500%"><feGaussianBlur stdDeviation="14"/></filter>
<filter id="drop" x="-20%" y="-20%" width="150%" height="150%"><feDropShadow dx="7" dy="12" stdDeviation="12" flood-color="#2a1a10" flood-opacity="0.3"/></filter>
${defs}</defs><rect width="${width}" height="${height}" fill="${ground}"/>${body}</svg>`
}
