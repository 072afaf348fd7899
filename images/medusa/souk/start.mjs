// Starts Medusa, and on a store's first boot the restore beside it: loading Medusa's code takes a
// core for two seconds, while PostgreSQL comes up and takes the dump on another.
//
// Server and worker processes may both run this; the restore's lock lets one of them do it.
import { fork } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { exportForMedusa } from "./secrets.mjs"

const PORT = Number(process.env.PORT ?? 9000)
const directory = process.cwd() // the built project: medusa-config.js, public/admin
const require = createRequire(`${directory}/`)
const STOP_LIMIT_MS = 3_000 // within the pod's grace period
const PRELOAD = new URL("./preload.json", import.meta.url)

exportForMedusa()

// Until it serves, nobody would answer SIGTERM: a container's first process has no default for it. Later
// Medusa drains its requests, then waits for its queues, for ever when Redis went first.
process.once("SIGTERM", () => setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref())

const restored = new Promise((resolve, reject) => {
  const child = fork(new URL("./restore.mjs", import.meta.url))
  child.once("error", reject)
  child.once("exit", (code, signal) => (code === 0 ? resolve() : reject(new Error(`the restore ended with ${signal ?? code}`))))
})

try {
  // Medusa loads most of its code step by step, between answers of the database. What it will need is
  // known from the image's build: load it all now, while the database is not there yet. (Sound while
  // the project sets no feature flag: a few modules ask for one when they load.)
  if (existsSync(PRELOAD)) for (const file of JSON.parse(readFileSync(PRELOAD, "utf8"))) require(file)
  const { default: start } = require("@medusajs/medusa/commands/start")
  await restored
  await start({ directory, port: PORT })
  if (process.env.SOUK_RECORD) recordPreload(process.env.SOUK_RECORD)
} catch (error) {
  console.error(JSON.stringify({ level: "error", message: `start: ${error.message}` }))
  process.exit(1)
}

// In the order in which loading began, so that a replay meets circular imports as Medusa itself does.
function recordPreload(file) {
  const files = Object.keys(require.cache).filter((path) => path.startsWith(`${directory}/node_modules/`) && path.endsWith(".js"))
  writeFileSync(file, JSON.stringify(files.map((path) => path.replace(directory, "."))))
}
