// graphile-worker's side of `cargo xtask bench queue`: the same commands as the other sides answer.
//
//   node side.cjs graphile-worker DONE      with SOUK_TEST_DATABASE_URL, the superuser's
//
// Prints `ready`; then each line `claim N` or `start N` on stdin is answered by one line of JSON: for each
// thing that was timed its name and the samples in microseconds. Ends with its stdin.
//
// It runs as its manual says, on its defaults (prepared statements, notifications, one job at a time), with a
// pool as large as those of the other sides. A finished job it deletes, so none stay; what stays are jobs that
// failed for good: DONE of those are in its table from the start.
const { createInterface } = require("node:readline")
const pg = require("pg")
const { Logger, run, runMigrations } = require("graphile-worker")
const { getUtilsAndReleasersFromOptions } = require("graphile-worker/dist/lib")
const { batchGetJobs } = require("graphile-worker/dist/sql/getJobs")

const WARM_UP = 10
const PAUSE_MS = 10
const START_LIMIT_MS = 10_000
const CONNECTIONS = 10
const POLL_INTERVAL_MS = 1_000

const done = Number(process.argv[3] ?? 0)
const server = process.env.SOUK_TEST_DATABASE_URL
const name = `souk_bench_graphile_${process.pid}`
const connectionString = server.replace(/\/[^/]*$/, `/${name}`)
const now_us = () => Number(process.hrtime.bigint()) / 1e3
// Its lines would go to stdout, which is for figures.
const logger = new Logger(() => (level, message) => { if (level === "error") console.error(message) })

async function asSuperuser(statement) {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try { await client.query(statement) } finally { await client.end() }
}

async function fill(pool) {
  const client = await pool.connect()
  try {
    await client.query("INSERT INTO graphile_worker._private_tasks (identifier) VALUES ('bench')")
    if (done > 0) {
      await client.query("SET session_replication_role = replica")
      await client.query(
        `INSERT INTO graphile_worker._private_jobs (task_id, payload, attempts, max_attempts, last_error, run_at)
         SELECT task.id, '{}', 25, 25, 'failed for good', now() - interval '1 day' * i / $1::int
         FROM generate_series(1, $1::int) i, graphile_worker._private_tasks task`,
        [done],
      )
      await client.query("SET session_replication_role = origin")
    }
    await client.query("VACUUM ANALYZE")
  } finally {
    client.release()
  }
}

class Side {
  constructor(pool) {
    this.pool = pool
    this.number = 0
    this.started = new Map()
  }

  /** Enqueues as a request would, in a transaction; returns when COMMIT was sent. */
  async enqueue(number) {
    const client = await this.pool.connect()
    try {
      await client.query("BEGIN")
      await client.query({ name: "add", text: "SELECT graphile_worker.add_job('bench', $1::json)", values: [JSON.stringify({ number })] })
      const sent_us = now_us()
      await client.query("COMMIT")
      return sent_us
    } finally {
      client.release()
    }
  }

  /** The claim by its own function, as its worker calls it. */
  async claim() {
    if (!this.utils) [this.utils, this.release] = await getUtilsAndReleasersFromOptions({ pgPool: this.pool, logger, taskList: {} })
    await this.enqueue(0)
    const asked_us = now_us()
    const jobs = await batchGetJobs(this.utils, this.utils.withPgClient, { bench() {} }, "claimer", null, 1)
    const took_us = now_us() - asked_us
    if (jobs.length !== 1) throw new Error(`exactly one job waits, not ${jobs.length}`)
    await this.pool.query("DELETE FROM graphile_worker._private_jobs WHERE locked_by = 'claimer'")
    return { claim: took_us }
  }

  /** From sending COMMIT to the first line of the job's own code. */
  async start() {
    if (!this.runner) {
      const bench = ({ number }) => this.started.get(number)?.(now_us())
      this.runner = await run({ pgPool: this.pool, logger, noHandleSignals: true, pollInterval: POLL_INTERVAL_MS, taskList: { bench } })
    }
    const number = ++this.number
    const started = new Promise((resolve, reject) => {
      this.started.set(number, resolve)
      setTimeout(() => reject(new Error("the job did not start")), START_LIMIT_MS).unref()
    })
    const sent_us = await this.enqueue(number)
    return { start: (await started) - sent_us }
  }
}

async function main() {
  await asSuperuser(`CREATE DATABASE ${name}`)
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS })
  // At the end its database goes, and every client of the pool has to bear that.
  pool.on("error", () => {})
  pool.on("connect", (client) => client.on("error", () => {}))
  await runMigrations({ pgPool: pool, logger })
  await fill(pool)
  const side = new Side(pool)
  console.log("ready")
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, count] = line.split(" ")
    const timed = {}
    for (let sample = 0; sample < WARM_UP + Number(count); sample++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      for (const [what, time] of Object.entries(await side[command]())) {
        if (sample >= WARM_UP) (timed[what] ??= []).push(time)
      }
    }
    console.log(JSON.stringify(timed))
  }
  await side.runner?.stop()
  await side.release?.()
  await pool.end().catch(() => {})
}

main()
  .catch((error) => {
    console.error(error)
    process.exitCode = 1
  })
  .finally(() => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  .finally(() => process.exit())
