// Souk's peer in `cargo xtask bench api`: the same requests over the same schema, by Express and pg as a good engineer
// would write them.
//
//   node server.js    with PORT, DATABASE_URL (as souk_api), JWT_SECRET, LOG_FILE, PROCESSES, POOL, RATE_PER_MINUTE
//
// PROCESSES above 1 is node:cluster: as many processes, which share the port and, evenly, the POOL connections.
import cluster from "node:cluster"
import { createApp } from "./app.js"

const processes = Number(process.env.PROCESSES)

if (cluster.isPrimary && processes > 1) {
  for (let n = 0; n < processes; n++) cluster.fork()
  // One that dies would leave half a side to be measured.
  cluster.on("exit", () => process.exit(1))
} else {
  const app = createApp({
    databaseUrl: process.env.DATABASE_URL,
    connections: Math.floor(Number(process.env.POOL) / processes),
    jwtSecret: process.env.JWT_SECRET,
    logFile: process.env.LOG_FILE,
    ratePerMinute: Number(process.env.RATE_PER_MINUTE),
  })
  app.listen(Number(process.env.PORT), "127.0.0.1")
}
