// The store's Secret, as files: one per key. Nothing of it stands in the pod's environment, where
// every `kubectl describe` and every child process would see it.
import { readFileSync } from "node:fs"
import { join } from "node:path"

const FOLDER = process.env.SOUK_SECRETS ?? "/run/secrets/souk"

export const optionalSecret = (key) => {
  try {
    return readFileSync(join(FOLDER, key), "utf8").trim()
  } catch (error) {
    if (error.code === "ENOENT") return undefined
    throw error
  }
}

export const secret = (key) => {
  const value = optionalSecret(key)
  if (!value) throw new Error(`the Secret has no \`${key}\``)
  return value
}

/** What Medusa itself reads from the environment; set for this process only. */
export function exportForMedusa(env = process.env) {
  env.DATABASE_URL ??= `postgres://medusa:${encodeURIComponent(secret("postgres-password"))}@${env.POSTGRES_ADDRESS ?? "postgres:5432"}/medusa`
  env.REDIS_URL ??= `redis://:${encodeURIComponent(secret("redis-password"))}@${env.REDIS_ADDRESS ?? "redis:6379"}`
  env.JWT_SECRET ??= secret("jwt-secret")
  env.COOKIE_SECRET ??= secret("cookie-secret")
  const mfaKey = optionalSecret("mfa-encryption-key")
  if (mfaKey) env.AUTH_MFA_ENCRYPTION_KEY ??= mfaKey
}
