// Starts Medusa, and on a store's first boot the restore beside it: loading Medusa's code takes a
// core for two seconds, while PostgreSQL comes up and takes the dump on another.
//
// Server and worker processes may both run this; the restore's lock lets one of them do it.
import { fork } from "node:child_process"
import { createRequire } from "node:module"
import { exportForMedusa } from "./secrets.mjs"

const PORT = Number(process.env.PORT ?? 9000)
const directory = process.cwd() // the built project: medusa-config.js, public/admin
const require = createRequire(`${directory}/`)

exportForMedusa()

const restored = new Promise((resolve, reject) => {
  const child = fork(new URL("./restore.mjs", import.meta.url))
  child.once("error", reject)
  child.once("exit", (code, signal) => (code === 0 ? resolve() : reject(new Error(`the restore ended with ${signal ?? code}`))))
})

try {
  const { default: start } = require("@medusajs/medusa/commands/start")
  await restored
  await start({ directory, port: PORT })
} catch (error) {
  console.error(JSON.stringify({ level: "error", message: `start: ${error.message}` }))
  process.exit(1)
}
