// Who is asking: a bearer token, or an e-mail address and a password.
import { createHash, createSecretKey, randomInt } from "node:crypto"
import { Algorithm, hashSync, verify } from "@node-rs/argon2"
import jwt from "jsonwebtoken"
import { z } from "zod"
import { fresh, read, written } from "./ids.js"
import { Problem } from "./problem.js"

const ISSUER = "souk"
const AUDIENCE = "souk-api"
const KEY_ID = "1"
const LIFETIME_S = 15 * 60
const SESSION_S = 30 * 24 * 60 * 60
const FAILED_PER_ADDRESS = 30
const FAILED_WINDOW_S = 15 * 60
const MAX_FAILURES = 5
const TOKEN_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const TOKEN_LENGTH = 43
/** OWASP's first choice, as Souk's. */
const ARGON2 = { algorithm: Algorithm.Argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

const Login = z.object({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
  refresh_in: z.enum(["cookie", "body"]).default("cookie"),
})

const FIND_SESSION = { name: "find-session", text: "SELECT user_id, account_id, role, suspended FROM find_session($1)" }
const WAIT = {
  name: "sign-in-wait",
  text: "SELECT locked_s, limited_s FROM sign_in_wait($1, $2::text::inet, $3, make_interval(secs => $4))",
}
const FIND_PASSWORD = { name: "find-password", text: "SELECT user_id, account_id, role, hash, suspended FROM find_password($1)" }
const SECOND_FACTOR = { name: "second-factor", text: "SELECT needs_second_factor($1) AS needed" }
const SUCCEEDED = { name: "succeeded", text: "SELECT sign_in_succeeded($1) AS locked_s" }
const FAILED = {
  name: "failed",
  text: `SELECT locked_s, limited_s FROM sign_in_failed($1, $2, make_interval(secs => $3), make_interval(secs => $3),
         $4::text::inet, $5, make_interval(secs => $3))`,
}
const START_SESSION = { name: "start-session", text: "SELECT start_session($1, $2, $3, make_interval(secs => $4), $5::text::inet, $6)" }
const AUDIT = { name: "audit-sign-in", text: "SELECT audit_sign_in($1, $2, $3, $4::text::inet, $5, $6, $7)" }

const sha256 = (text) => createHash("sha256").update(text).digest()

export class Auth {
  constructor(database, secret) {
    this.database = database
    this.key = createSecretKey(Buffer.from(secret))
    this.nobody = hashSync("nobody's password", ARGON2)
  }

  /** Checks the token, then asks the database: a session that is over and a suspension count at once. */
  async authenticate(req) {
    const [scheme, token] = (req.headers.authorization ?? "").split(" ")
    if (scheme.toLowerCase() !== "bearer" || !token) throw new Problem(401, "auth.token_missing")
    const claims = this.#claims(token)
    const session = read("ses", claims.sid)
    const row = session && (await this.database.one(FIND_SESSION, [session]))
    if (!row || row.suspended || written("usr", row.user_id) !== claims.sub) throw new Problem(401, "auth.token_invalid")
    req.principal = { userId: row.user_id, accountId: row.account_id, role: row.role }
  }

  #claims(token) {
    try {
      return jwt.verify(token, this.key, { algorithms: ["HS256"], issuer: ISSUER, audience: AUDIENCE })
    } catch (error) {
      throw new Problem(401, error instanceof jwt.TokenExpiredError ? "auth.token_expired" : "auth.token_invalid")
    }
  }

  async login(req, res) {
    const { email, password, refresh_in: place } = Login.parse(req.body)
    const subject = sha256(`e-mail ${email.toLowerCase()}`)
    refuseWhoWaits(await this.database.one(WAIT, [subject, req.ip, FAILED_PER_ADDRESS, FAILED_WINDOW_S]))
    const found = await this.database.one(FIND_PASSWORD, [email.toLowerCase()])
    // An unknown address costs one hash, as a known one does.
    const right = await verify(found?.hash ?? this.nobody, password)
    if (!found || !right || found.suspended) {
      await this.database.one(FAILED, [subject, MAX_FAILURES, FAILED_WINDOW_S, req.ip, FAILED_PER_ADDRESS])
      await this.#audit(this.database, "login_failed", found, req, { reason: "wrong_password" })
      throw new Problem(401, "auth.invalid_credentials")
    }
    const session = fresh()
    const refresh = `soukr_${Array.from({ length: TOKEN_LENGTH }, () => TOKEN_LETTERS[randomInt(TOKEN_LETTERS.length)]).join("")}`
    await this.database.transaction(async (tx) => {
      const { needed } = await tx.one(SECOND_FACTOR, [found.user_id])
      if (needed) throw new Problem(501, "auth.second_factor", "This peer knows none")
      refuseWhoWaits(await tx.one(WAIT, [subject, req.ip, FAILED_PER_ADDRESS, FAILED_WINDOW_S]))
      refuseWhoWaits({ ...(await tx.one(SUCCEEDED, [subject])), limited_s: 0 })
      await tx.run(START_SESSION, [session, found.user_id, sha256(refresh), SESSION_S, req.ip, req.headers["user-agent"]])
      await this.#audit(tx, "login_success", found, req, { reason: "password", session: written("ses", session) })
    })
    const [sub, sid] = [written("usr", found.user_id), written("ses", session)]
    const access_token = jwt.sign({ sid }, this.key, {
      algorithm: "HS256", keyid: KEY_ID, issuer: ISSUER, audience: AUDIENCE, subject: sub, expiresIn: LIFETIME_S,
    })
    if (place === "cookie") res.cookie("souk_refresh", refresh, { path: "/", httpOnly: true, sameSite: "strict", maxAge: SESSION_S * 1000 })
    res.json({
      access_token,
      token_type: "Bearer",
      expires_in: LIFETIME_S,
      refresh_token: place === "body" ? refresh : null,
      refresh_expires_in: SESSION_S,
      session_id: sid,
      user_id: sub,
      account_id: written("acc", found.account_id),
      role: found.role,
    })
  }

  #audit(via, what, found, req, details) {
    const agent = req.headers["user-agent"]?.slice(0, 256)
    return via.one(AUDIT, [what, found?.user_id, found?.account_id, req.ip, agent, req.correlationId, details])
  }
}

function refuseWhoWaits({ locked_s, limited_s }) {
  if (limited_s > 0) throw new Problem(429, "auth.sign_in_limited")
  if (locked_s > 0) throw new Problem(423, "auth.locked")
}
