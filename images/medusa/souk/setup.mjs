// Makes the store its owner's: admin account, publishable key, title. Reads the mounted Secret.
//
//   node /app/souk/setup.mjs [--reset-password]
//
// One JSON line on stdout and exit code 0, or {"error": "..."} on stderr and exit code 1. Running it
// again changes nothing: what the owner has changed since (title, key, password) stays. Only
// `--reset-password` makes the password the Secret's again.
//
// It writes rows itself because booting Medusa for the same takes over three seconds; the password
// is hashed by the library, and with the cost, that Medusa's `emailpass` provider uses.
import scrypt from "scrypt-kdf"
import { connect } from "./database.mjs"
import { newId } from "./ids.mjs"
import { redact } from "./restore.mjs"
import { exportForMedusa, optionalSecret, secret } from "./secrets.mjs"

const WAIT_FOR_DATABASE_MS = 10_000
const SCRYPT_COST = { logN: 15, r: 8, p: 1 } // @medusajs/auth-emailpass, hashPassword

async function setup({ now_ms, resetPassword }) {
  const wanted = {
    email: secret("admin-email"),
    password: secret("admin-password"),
    key: secret("publishable-key"),
    title: optionalSecret("store-title"),
  }
  if (!/^pk_[0-9a-f]{64}$/.test(wanted.key)) throw new Error("`publishable-key` must be pk_ and 64 hex digits")

  const db = await connect(WAIT_FOR_DATABASE_MS)
  try {
    await db.query("BEGIN")
    // The row lock makes two setups at once run one after the other.
    const { rows: [store] } = await db.query("SELECT * FROM souk.store FOR UPDATE").catch((error) => {
      throw error.code === "42P01" ? new Error("the database is not restored yet") : error
    })
    const first = store.set_up_at === null
    const outcome = {
      setup: first ? "done" : "present",
      // By the restore. A store that is older than the choice does not know.
      opened: store.catalogue && { catalogue: store.catalogue, currency: store.currency, country: store.country },
      admin: await ensureAdmin(db, wanted, { now_ms, resetPassword }),
      publishable_key: await ensureKey(db, wanted.key, first),
      title: await ensureTitle(db, wanted.title, first),
    }
    if (first) await db.query("UPDATE souk.store SET set_up_at = now()")
    await db.query("COMMIT")
    return outcome
  } finally {
    await db.end()
  }
}

async function ensureAdmin(db, { email, password }, { now_ms, resetPassword }) {
  const { rows: [identity] } = await db.query(
    `SELECT id, provider_metadata->>'password' AS hash FROM provider_identity
      WHERE entity_id = $1 AND provider = 'emailpass' AND deleted_at IS NULL`,
    [email],
  )
  if (identity) {
    if (await scrypt.verify(Buffer.from(identity.hash ?? "", "base64"), password).catch(() => false)) return "present"
    if (!resetPassword) return "password_changed_by_owner"
    await db.query(
      `UPDATE provider_identity SET updated_at = now(),
         provider_metadata = jsonb_set(coalesce(provider_metadata, '{}'), '{password}', to_jsonb($2::text)) WHERE id = $1`,
      [identity.id, await hash(password)],
    )
    return "password_reset"
  }

  const user = newId("user", now_ms)
  const auth = newId("authid", now_ms)
  const { rows: [existing] } = await db.query(
    `INSERT INTO "user" (id, email) VALUES ($1, $2)
     ON CONFLICT (email) WHERE deleted_at IS NULL DO UPDATE SET updated_at = now() RETURNING id`,
    [user, email],
  )
  await db.query("INSERT INTO auth_identity (id, app_metadata) VALUES ($1, jsonb_build_object('user_id', $2::text))", [
    auth,
    existing.id,
  ])
  await db.query(
    `INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
     VALUES ($1, $2, 'emailpass', $3, jsonb_build_object('password', $4::text))`,
    [newId("provid", now_ms), email, auth, await hash(password)],
  )
  return "created"
}

const hash = async (password) => (await scrypt.kdf(password, SCRYPT_COST)).toString("base64")

async function ensureKey(db, key, first) {
  const { rowCount } = await db.query("SELECT 1 FROM api_key WHERE token = $1 AND revoked_at IS NULL AND deleted_at IS NULL", [key])
  if (rowCount) return "present"
  if (!first) return "changed_by_owner"
  await db.query("UPDATE api_key SET token = $1, redacted = $2, title = 'Storefront', updated_at = now() WHERE type = 'publishable'", [
    key,
    redact(key),
  ])
  return "set"
}

async function ensureTitle(db, title, first) {
  if (!title) return "none"
  const { rows: [store] } = await db.query("SELECT name FROM store WHERE deleted_at IS NULL")
  if (store.name === title) return "present"
  if (!first) return "changed_by_owner"
  await db.query("UPDATE store SET name = $1, updated_at = now()", [title])
  return "set"
}

const started_ms = Date.now()
try {
  exportForMedusa()
  const outcome = await setup({ now_ms: started_ms, resetPassword: process.argv.includes("--reset-password") })
  console.log(JSON.stringify({ ...outcome, elapsed_ms: Date.now() - started_ms }))
} catch (error) {
  console.error(JSON.stringify({ error: `setup: ${error.message}` }))
  process.exitCode = 1
}
