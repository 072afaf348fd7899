// Ids as the API writes them: a prefix and a ULID, which the database keeps as a uuid.
import { randomBytes } from "node:crypto"

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
const VALUES = new Map([...LETTERS].map((letter, value) => [letter, value]))
const LENGTH = 26
/** 130 bits hold 128: the first letter is at most 7. */
const FORM = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** `store_01k0...` of a uuid. */
export function written(prefix, uuid) {
  const hex = uuid.replaceAll("-", "")
  let text = ""
  let bits = 2 // of the two that are always zero
  let value = 0
  for (let at = 0; at < hex.length; at++) {
    value = (value << 4) | parseInt(hex[at], 16)
    bits += 4
    if (bits >= 5) {
      bits -= 5
      text += LETTERS[value >> bits]
      value &= (1 << bits) - 1
    }
  }
  return `${prefix}_${text}`
}

/** The uuid of an id; undefined where it is none. */
export function read(prefix, id) {
  const text = id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : ""
  if (!FORM.test(text)) return undefined
  let hex = ""
  let bits = -2
  let value = 0
  for (let at = 0; at < LENGTH; at++) {
    value = (value << 5) | VALUES.get(text[at])
    bits += 5
    while (bits >= 4) {
      bits -= 4
      hex += (value >> bits).toString(16)
      value &= (1 << bits) - 1
    }
  }
  return dashed(hex)
}

/** A new uuid that sorts by the time of its making. */
export function fresh() {
  return dashed(Date.now().toString(16).padStart(12, "0") + randomBytes(10).toString("hex"))
}

function dashed(hex) {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
