// Ids of Medusa's form (`prod_01ARZ3NDEKTSV4RRFFQ69G5FAV`): made, and exchanged for fresh ones.
//
// Every store starts from the same dump. Ids that stayed as they are in it would be equal in all
// stores of the world: a leaked id would name a row elsewhere too, and two shops could be seen to
// have one origin.
import { randomBytes } from "node:crypto"

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const RANDOM_CHARS = 16 // 80 bits
const TIME_CHARS = 10 // 48 bits, milliseconds
const ULID = /(?<![0-9A-Za-z])0[0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g

const encodeTime = (time_ms) => {
  let text = ""
  for (let i = 0, rest = time_ms; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32] + text
  return text
}
// A random byte's low five bits are uniform.
const encodeRandom = () => Array.from(randomBytes(RANDOM_CHARS), (byte) => CROCKFORD[byte & 31]).join("")

export const newId = (prefix, now_ms) => `${prefix}_${encodeTime(now_ms)}${encodeRandom()}`

/**
 * Exchanges each ULID in `sql` for a fresh one, the same everywhere it stands. The fresh ones sort
 * as the old ones did, because Medusa breaks ties by id.
 */
export function withFreshIds(sql, now_ms) {
  const old = [...new Set(sql.match(ULID))].sort()
  const time = encodeTime(now_ms)
  const fresh = old.map(() => time + encodeRandom()).sort()
  const byOld = new Map(old.map((id, i) => [id, fresh[i]]))
  return sql.replace(ULID, (id) => byOld.get(id))
}
