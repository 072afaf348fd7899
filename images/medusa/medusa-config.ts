// One image serves every store: whatever differs between stores comes from the environment, and
// the admin pages call their own origin, so no host name is built in.
import { defineConfig } from "@medusajs/framework/utils"

const env = process.env

// The image build (admin bundle, migrations, seed) runs without Redis; a store always has one.
const redisUrl = env.REDIS_URL
const redisModules = redisUrl
  ? [
      { resolve: "@medusajs/medusa/cache-redis", options: { redisUrl } },
      { resolve: "@medusajs/medusa/event-bus-redis", options: { redisUrl } },
      { resolve: "@medusajs/medusa/workflow-engine-redis", options: { redis: { redisUrl } } },
      {
        resolve: "@medusajs/medusa/locking",
        options: {
          providers: [
            { resolve: "@medusajs/medusa/locking-redis", id: "locking-redis", is_default: true, options: { redisUrl } },
          ],
        },
      },
    ]
  : []

export default defineConfig({
  admin: {
    backendUrl: "/",
    path: "/app",
    disable: env.MEDUSA_WORKER_MODE === "worker",
    // The bundler would open 1000 files at once. Builds without a container engine have 1024, and it
    // takes "too many open files" for "no such module".
    vite: () => ({ build: { rollupOptions: { maxParallelFileOps: 64 } } }),
  },
  projectConfig: {
    databaseUrl: env.DATABASE_URL,
    // PostgreSQL stands in the same namespace, behind a network policy; it has no certificate.
    databaseDriverOptions: { connection: { ssl: false }, pool: { min: 0, max: 10 } },
    redisUrl,
    workerMode: (env.MEDUSA_WORKER_MODE as "shared" | "server" | "worker") ?? "shared",
    http: {
      storeCors: env.STORE_CORS ?? "",
      adminCors: env.ADMIN_CORS ?? "",
      authCors: env.AUTH_CORS ?? "",
      jwtSecret: env.JWT_SECRET,
      cookieSecret: env.COOKIE_SECRET,
    },
    // Medusa's production default is a Secure cookie, which a browser drops on plain http: the
    // admin's login would fail there without a word.
    cookieOptions: { secure: env.COOKIE_SECURE !== "false", sameSite: "lax", httpOnly: true },
  },
  modules: [
    ...redisModules,
    {
      resolve: "@medusajs/medusa/file",
      options: {
        providers: [
          {
            resolve: "@medusajs/medusa/file-local",
            id: "local",
            options: { upload_dir: "static", backend_url: `${env.STORE_URL ?? ""}/static` },
          },
        ],
      },
    },
  ],
})
