// What Express and pg do at the least: one route, one query, as a role that sees all. No token, no limit, no log.
//
//   node bare.js    with PORT, DATABASE_URL (the superuser's), POOL
import express from "express"
import pg from "pg"

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL), idleTimeoutMillis: 0 })
const { rows: [{ account_id }] } = await pool.query("SELECT account_id FROM stores GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
const LIST = `SELECT s.*, h.host FROM stores s JOIN store_hosts h ON h.store_id = s.id AND h.is_primary
  WHERE s.account_id = $1 AND s.state <> 'deleted' ORDER BY s.created_at DESC, s.id DESC LIMIT $2`

const app = express()
app.disable("x-powered-by")
app.disable("etag")
app.get("/api/v1/health/ready", (req, res) => { res.json({ status: "ready" }) })
app.get("/api/v1/stores", async (req, res) => {
  const { rows } = await pool.query({ name: "list", text: LIST, values: [account_id, Number(req.query.limit)] })
  res.json({ items: rows })
})
app.listen(Number(process.env.PORT), "127.0.0.1")
