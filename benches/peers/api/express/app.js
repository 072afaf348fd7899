// The parts, in the order in which a request meets them.
import express from "express"
import { rateLimit } from "express-rate-limit"
import helmet from "helmet"
import { Auth } from "./auth.js"
import { Database } from "./database.js"
import { observe } from "./observe.js"
import { Problem, problems } from "./problem.js"
import { Stores } from "./stores.js"

const BODY_LIMIT = "256kb"

export function createApp(settings) {
  const database = new Database(settings)
  const auth = new Auth(database, settings.jwtSecret)
  const stores = new Stores(database)
  const limit = (identifier, key) =>
    rateLimit({
      windowMs: 60_000,
      limit: settings.ratePerMinute,
      identifier,
      standardHeaders: "draft-8",
      legacyHeaders: false,
      ...(key && { keyGenerator: key }),
      handler: () => { throw new Problem(429, "request.rate_limited") },
    })
  const byUser = (req) => req.principal.userId

  const app = express()
  app.disable("x-powered-by")
  // Answers say themselves what their version is.
  app.disable("etag")
  app.use(observe(settings.logFile))
  app.use(helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: "same-site" },
    originAgentCluster: false,
    strictTransportSecurity: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: { action: "deny" },
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }))
  app.use((req, res, next) => {
    res.setHeader("cache-control", "no-store")
    next()
  })
  app.use(express.json({ limit: BODY_LIMIT }))

  const api = express.Router()
  app.use("/api/v1", api)
  api.get("/health/ready", async (req, res) => {
    await database.ping()
    res.json({ status: "ready" })
  })
  api.post("/auth/login", limit("address"), limit("sign-in"), (req, res) => auth.login(req, res))
  const member = [(req, res, next) => auth.authenticate(req).then(() => next(), next), limit("user", byUser)]
  api.get("/stores", member, (req, res) => stores.list(req, res))
  api.get("/stores/:id", member, (req, res) => stores.get(req, res))
  api.post("/stores", member, limit("create", byUser), (req, res) => stores.create(req, res))
  app.use(() => { throw new Problem(404, "request.not_found") })
  app.use(problems)
  return app
}
