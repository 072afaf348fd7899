// Stores: listed, looked at, asked for. What asking writes is what Souk writes, row for row.
import { createHash, randomInt } from "node:crypto"
import { RegExpMatcher, englishDataset, englishRecommendedTransformers } from "obscenity"
import { z } from "zod"
import { fresh, read, written } from "./ids.js"
import { Problem } from "./problem.js"
import * as sql from "./statements.js"

const STEPS = ["namespace", "secrets", "release", "rollout", "setup", "verify", "publish"]
/** No vowels, so that no word comes out by chance, and no look-alikes. */
const SLUG_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
const SLUG_LENGTH = 6
const HOST_SUFFIX = ".localhost"
const URL_OF = (host) => `http://${host}:8080`
// Souk is run with limits that are counted and never reached, and so is this.
const MAX_STORES = 10_000
const MAX_QUEUE = 1_000_000
const QUEUE_TIMEOUT_S = 120
const ROUTE = "POST /stores"

const abuse = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers })

const Page = z.object({ cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(100).default(20) })
const NewStore = z.object({
  name: z.string().min(3).max(30).regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  title: z.string().min(1).max(120).optional(),
  engine: z.enum(["medusa", "woocommerce"]),
  admin_email: z.email().optional(),
  catalog: z.enum(["fashion", "electronics", "minimal"]).default("fashion"),
  currency: z.enum(["EUR", "USD", "GBP"]).default("EUR"),
  country: z.string().regex(/^[A-Z]{2}$/).default("DE"),
  theme: z.string().optional(),
})
const Key = z.string().regex(/^[\x21-\x7e]{1,255}$/).optional()

export class Stores {
  constructor(database) {
    this.database = database
  }

  async list(req, res) {
    const { cursor, limit } = Page.parse(req.query)
    const after = cursor === undefined ? { us: null, id: null } : place(cursor)
    if (after === undefined) throw new Problem(422, "request.invalid", "cursor")
    // One more than asked for tells whether there is another page.
    const rows = await this.database.tenant(req.principal, (tx) => tx.all(sql.LIST, [req.principal.accountId, after.us, after.id, limit + 1]))
    const items = rows.slice(0, limit).map(storeBody)
    res.json({ items, next_cursor: rows.length > limit ? cursorAt(rows[limit - 1]) : null })
  }

  async get(req, res) {
    const id = read("store", req.params.id)
    if (!id) throw new Problem(422, "request.invalid", "id")
    const [store, operation] = await this.database.tenant(req.principal, async (tx) => [
      await tx.one(sql.GET, [id]),
      await tx.one(sql.LATEST, [id]),
    ])
    if (!store) throw new Problem(404, "store.not_found")
    res.set("etag", `"${store.version}"`)
    res.json({ ...storeBody(store), operation: operation ? operationBody(operation) : null })
  }

  async create(req, res) {
    const wanted = NewStore.parse(req.body)
    const key = Key.parse(req.headers["idempotency-key"])
    if (abuse.hasMatch(wanted.name) || (wanted.title && abuse.hasMatch(wanted.title))) throw new Problem(422, "store.word_refused")
    const who = req.principal
    // The request under its key, or nothing that could come again.
    const once = key && [who.userId, ROUTE, key, createHash("sha256").update(JSON.stringify(req.body)).digest()]
    const answer = await this.database.tenant(who, async (tx) => {
      const before = once && (await answeredBefore(tx, once))
      if (before) return { ...before, before: true }
      const done = await insert(tx, who, req, wanted)
      const answer = {
        status: 202,
        location: `/api/v1/operations/${written("op", done.operation.id)}`,
        etag: `"${done.store.version}"`,
        body: JSON.stringify({ store: storeBody(done.store), operation: operationBody(done.operation) }),
      }
      if (once) await tx.run(sql.KEEP_ANSWER, [...once, who.accountId, answer.status, answer.location, answer.etag, answer.body])
      return answer
    })
    if (answer.before) res.set("idempotent-replayed", "true")
    res.status(answer.status).location(answer.location).set("etag", answer.etag).type("application/json").send(answer.body)
  }
}

/** Where a page ends: its order, and the last row's id and time. */
function cursorAt(row) {
  return Buffer.from(`-created_at ${row.id.replaceAll("-", "")} ${row.created_us}`).toString("base64url")
}

function place(cursor) {
  const [, id, us] = /^-created_at ([0-9a-f]{32}) ([0-9]{1,17})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? []
  return id && { id, us: Number(us) }
}

async function answeredBefore(tx, [user, route, key, fingerprint]) {
  const { taken } = await tx.one(sql.TAKE_KEY, [`souk.idempotency/${written("usr", user)}/${route}/${key}`])
  if (!taken) throw new Problem(409, "idempotency.at_work")
  const row = await tx.one(sql.ANSWERED, [user, route, key])
  if (row && !row.fingerprint.equals(fingerprint)) throw new Problem(422, "idempotency.key_reused")
  return row
}

async function insert(tx, who, req, wanted) {
  // Permits, then the account: the order of everybody who counts.
  await tx.run(sql.LOCK_PERMITS, [])
  const account = await tx.one(sql.LOCK_ACCOUNT, [who.accountId])
  const { stores } = await tx.one(sql.USAGE, [who.accountId])
  if (stores >= (account.max_stores ?? MAX_STORES)) throw new Problem(429, "store.limit")
  const { unfinished } = await tx.one(sql.UNFINISHED, [])
  if (unfinished >= MAX_QUEUE) throw new Problem(503, "provisioning.queue_full")
  if (await tx.one(sql.FAILED_BY_NAME, [who.accountId, wanted.name])) throw new Problem(501, "store.retire", "This peer retires none")

  const id = fresh()
  const slug = `${wanted.name}-${Array.from({ length: SLUG_LENGTH }, () => SLUG_LETTERS[randomInt(SLUG_LETTERS.length)]).join("")}`
  const host = slug + HOST_SUFFIX
  const email = wanted.admin_email ?? (await tx.one(sql.OWN_EMAIL, [who.userId])).email
  const theme = wanted.engine === "woocommerce" ? (wanted.theme ?? wanted.catalog) : null
  const store = await tx.one(sql.INSERT_STORE, [
    id, who.accountId, who.userId, wanted.name, wanted.title ?? wanted.name, wanted.engine, slug, email,
    wanted.catalog, wanted.currency, wanted.country, theme,
  ])
  await tx.run(sql.INSERT_HOST, [host, id, who.accountId])
  await tx.run(sql.OPEN_INTERVAL, [id, who.accountId, "requested"])
  await append(tx, id, null, "state_changed", "Store requested", { to: "requested" }, req)

  const operationId = fresh()
  const operation = await tx.one(sql.INSERT_OPERATION, [
    operationId, who.accountId, id, "provision", store.attempt, who.userId, req.correlationId, QUEUE_TIMEOUT_S,
  ])
  await tx.run(sql.INSERT_STEPS, [operationId, who.accountId, STEPS])
  await append(tx, id, operationId, "operation_queued", "Provisioning queued", { kind: "provision" }, req)
  const operation_id = written("op", operationId)
  const job = Buffer.from(JSON.stringify({ v: 1, operation_id, correlation_id: req.correlationId }))
  await tx.run(sql.INSERT_JOB, [written("job", fresh()).slice(4).toUpperCase(), job, `${operation_id}/1`, operationId])
  const details = { name: wanted.name, engine: wanted.engine, operation: operation_id, retired: null }
  const agent = req.headers["user-agent"]?.slice(0, 256)
  await tx.run(sql.AUDIT, ["store_created", who.userId, who.accountId, id, req.ip, agent, req.correlationId, details])
  return { store: { ...store, host }, operation }
}

function append(tx, store, operation, kind, message, data, req) {
  return tx.run(sql.APPEND_EVENT, [store, operation, kind, message, data, req.correlationId])
}

function storeBody(row) {
  return {
    id: written("store", row.id),
    name: row.name,
    title: row.title,
    engine: row.engine,
    state: row.state,
    health: row.health,
    health_reason: row.health_reason,
    data_lost: row.data_lost,
    url: URL_OF(row.host),
    host: row.host,
    admin_email: row.admin_email,
    catalog: row.catalogue,
    currency: row.currency,
    country: row.country,
    theme: row.theme,
    plan: row.plan,
    chosen_plan: row.chosen_plan,
    attempt: row.attempt,
    version: row.version,
    failure: row.failure,
    created_at: row.created_at,
    updated_at: row.updated_at,
    ready_at: row.ready_at,
  }
}

function operationBody(row) {
  return {
    id: written("op", row.id),
    store_id: written("store", row.store_id),
    kind: row.kind,
    state: row.state,
    attempt: row.attempt,
    failure: row.failure,
    waiting_for: row.waiting_for,
    next_try_at: row.next_try_at,
    claims: row.claims,
    dead_letter: row.dead_letter,
    requested_by: row.requested_by && written("usr", row.requested_by),
    correlation_id: row.correlation_id,
    queued_at: row.queued_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    duration_ms: row.duration_ms,
  }
}
