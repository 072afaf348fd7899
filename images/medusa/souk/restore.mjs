// First boot: turns an empty database into this store's own, from the dump of its catalogue in the image.
//
// Invariant: the database is either empty or whole. Everything happens in one transaction under a
// lock, so the process may be killed at any moment, run twice, or run beside another one.
import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { connect } from "./database.mjs"
import { withFreshIds } from "./ids.mjs"
import { layPictures, open, options } from "./options.mjs"
import { exportForMedusa } from "./secrets.mjs"

const WAIT_FOR_DATABASE_MS = 120_000
const LOCK = 0x736f756b // "souk"
const dumpOf = (catalogue) => new URL(`./dumps/${catalogue}.sql`, import.meta.url)

/** Returns "restored" or "present". */
export async function restore({ now_ms = Date.now(), wait_ms = WAIT_FOR_DATABASE_MS } = {}) {
  const client = await connect(wait_ms)
  try {
    if (await isPresent(client)) return "present"
    const wanted = options()
    const dump = asThisStore(readFileSync(dumpOf(wanted.catalogue), "utf8"), now_ms)
    layPictures(wanted.catalogue)
    await client.query("BEGIN")
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK])
    if (await isPresent(client)) return "present" // another process was faster
    await client.query(dump)
    await open(client, wanted)
    await client.query(`
      CREATE SCHEMA souk;
      CREATE TABLE souk.store (
        restored_at timestamptz NOT NULL, set_up_at timestamptz,
        catalogue text NOT NULL, currency text NOT NULL, country text NOT NULL)`)
    await client.query("INSERT INTO souk.store VALUES (now(), NULL, $1, $2, $3)", [
      wanted.catalogue,
      wanted.currency,
      wanted.country,
    ])
    await client.query("COMMIT")
    return "restored"
  } finally {
    await client.end() // without COMMIT, PostgreSQL rolls back
  }
}

const isPresent = async (client) =>
  (await client.query("SELECT to_regclass('souk.store') IS NOT NULL AS present")).rows[0].present

// The dump's own publishable key is in every copy of the image, so it must never open a store.
// `setup.mjs` puts the store's real key there; until then nobody knows this one.
function asThisStore(dump, now_ms) {
  const key = `pk_${randomBytes(32).toString("hex")}`
  return withFreshIds(dump, now_ms)
    .replaceAll(/pk_[0-9a-f]{64}/g, key)
    .replaceAll(/pk_[0-9a-f]{3}\*{3}[0-9a-f]{3}/g, redact(key))
}

/** A key as the admin pages show it. */
export const redact = (key) => `${key.slice(0, 6)}***${key.slice(-3)}`

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started_ms = Date.now()
  try {
    exportForMedusa()
    const outcome = await restore()
    console.log(JSON.stringify({ restore: outcome, elapsed_ms: Date.now() - started_ms }))
  } catch (error) {
    console.error(JSON.stringify({ error: `restore: ${error.message}` }))
    process.exitCode = 1
  }
}
