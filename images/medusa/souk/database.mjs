// How the store's own scripts reach PostgreSQL: one connection, and waits that end.
import pg from "pg"

const RETRY_MS = 50
const CONNECT_TIMEOUT_MS = 2_000

/** Connects, trying again for `wait_ms` while the server is not there yet or still starting. */
export async function connect(wait_ms) {
  const until_ms = Date.now() + wait_ms
  for (;;) {
    const client = new pg.Client({
      connectionString: process.env.DATABASE_URL,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: "souk",
    })
    client.on("error", () => {}) // a lost connection also rejects the query that was under way
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {})
      if (isFinal(error)) throw new Error(`PostgreSQL refuses this store: ${error.message}`, { cause: error })
      if (Date.now() >= until_ms) {
        throw new Error(`PostgreSQL did not answer within ${wait_ms} ms: ${error.message || error.code}`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

// A wrong password or a missing database does not heal by waiting.
const isFinal = (error) => ["28P01", "28000", "3D000"].includes(error.code)
