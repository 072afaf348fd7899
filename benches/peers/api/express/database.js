// A pool as souk_api, and transactions that know who is asking: row-level security shows no more than theirs.
import pg from "pg"

// As Souk's own pool has it.
const STATEMENT_TIMEOUT_MS = 30_000
const ACQUIRE_TIMEOUT_MS = 5_000

// 64 bits may be more than a number holds; versions and counts never are.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export class Database {
  constructor({ databaseUrl, connections }) {
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: connections,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      // An open connection is kept, as Souk keeps its own.
      idleTimeoutMillis: 0,
    })
    this.pool.on("error", () => {})
  }

  ping() {
    return this.pool.query("SELECT 1")
  }

  /** One statement before there is a principal, by itself; prepared once a connection, as all statements here. */
  async one({ name, text }, values) {
    const { rows } = await this.pool.query({ name, text, values })
    return rows[0]
  }

  /** Runs `work` in a transaction; an error takes all of it back. */
  async transaction(work) {
    const client = await this.pool.connect()
    let broken
    try {
      await client.query("BEGIN")
      const result = await work(new Transaction(client))
      await client.query("COMMIT")
      return result
    } catch (error) {
      await client.query("ROLLBACK").catch((fault) => { broken = fault })
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** As `transaction`, as the principal. */
  tenant(who, work) {
    return this.transaction(async (tx) => {
      await tx.run(CONTEXT, [who.accountId, who.userId, who.role === "admin" ? "on" : "off"])
      return work(tx)
    })
  }
}

const CONTEXT = {
  name: "context",
  text: "SELECT set_config('souk.account_id', $1, true), set_config('souk.user_id', $2, true), set_config('souk.admin', $3, true)",
}

class Transaction {
  constructor(client) {
    this.client = client
  }

  async all({ name, text }, values) {
    const { rows } = await this.client.query({ name, text, values })
    return rows
  }

  async one(statement, values) {
    return (await this.all(statement, values))[0]
  }

  async run(statement, values) {
    await this.all(statement, values)
  }
}
