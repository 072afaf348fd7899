// One line of the log and two metrics for each request, when it ends; and the id that ties them together.
import { randomBytes } from "node:crypto"
import cluster from "node:cluster"
import pino from "pino"
import { Counter, Histogram } from "prom-client"

// Lines are collected and written in pieces, which is pino's advice for speed.
const PIECE_BYTES = 4096
const FIT = /^[\w\-.:/+=]{1,128}$/

const requests = new Counter({ name: "http_requests_total", help: "Requests", labelNames: ["method", "route", "status_code"] })
const durations = new Histogram({ name: "http_request_duration_seconds", help: "How long they took", labelNames: ["method", "route"] })

export function observe(logFile) {
  const dest = cluster.isWorker ? `${logFile}.${cluster.worker.id}` : logFile
  const log = pino({ base: undefined }, pino.destination({ dest, sync: false, minLength: PIECE_BYTES }))
  return (req, res, next) => {
    const began = process.hrtime.bigint()
    const given = req.headers["x-correlation-id"]
    req.correlationId = given && FIT.test(given) ? given : randomBytes(10).toString("hex")
    res.setHeader("x-correlation-id", req.correlationId)
    res.once("finish", () => {
      const seconds = Number(process.hrtime.bigint() - began) / 1e9
      const { method, correlationId: correlation_id } = req
      const route = req.route ? req.baseUrl + req.route.path : "unmatched"
      const status = res.statusCode
      requests.inc({ method, route, status_code: status })
      durations.observe({ method, route }, seconds)
      const line = { correlation_id, method, route, status, took_ms: Math.floor(seconds * 1e3) }
      if (status >= 500) log.error({ ...line, fault: req.fault }, "request failed")
      else log.info(line, status >= 400 ? "request refused" : "request answered")
    })
    next()
  }
}
