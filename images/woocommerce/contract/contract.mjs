// The contract: the same calls against the real WooCommerce plugin and against the stand-in.
//
//   node contract.mjs stand-in                     against the stand-in
//   node contract.mjs real                         against WOOCOMMERCE_PLUGIN, a folder
//   node contract.mjs --record real stand-in       both, and writes the record into docs/woocommerce-contract.md
//
// Each run has a WordPress and a database of its own, made and removed here (world.mjs). Exit code 1 where a call fails.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { calls } from "./calls.mjs"
import { themes } from "./themes.mjs"
import { makeWorld } from "./world.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const repository = join(here, "../../..")
const pictures = join(repository, "images/catalogues")
const record = join(repository, "docs/woocommerce-contract.md")
const [BEGIN, END] = ["<!-- record: begin -->", "<!-- record: end -->"]
const STAND_IN = { slug: "souk-woocommerce-stand-in", folder: join(here, "../stand-in/souk-woocommerce-stand-in") }

function pluginOf(kind) {
  if (kind === "stand-in") return STAND_IN
  const folder = process.env.WOOCOMMERCE_PLUGIN
  if (!folder || !existsSync(join(folder, "woocommerce.php"))) {
    throw new Error("`real` needs WOOCOMMERCE_PLUGIN: the folder that holds woocommerce.php")
  }
  return { slug: "woocommerce", folder }
}

/** A visitor of the Store API. A cart goes by its token, without cookies. */
function shopper(url) {
  const ask = async (method, path, body, token) => {
    const response = await fetch(`${url}/wp-json/wc/store/v1/${path}`, {
      method,
      headers: { ...(token ? { "cart-token": token } : {}), ...(body ? { "content-type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  return { get: (path, token) => ask("GET", path, undefined, token), post: (path, body, token) => ask("POST", path, body, token) }
}

/** A browser as far as the sign-in needs one: it keeps cookies and sends a form. */
function browserOf(url) {
  return {
    async signIn(user, password) {
      const jar = new Map()
      const keep = (response) => {
        for (const cookie of response.headers.getSetCookie()) {
          const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
          jar.set(name, value)
        }
        return response
      }
      const visit = async (page, options = {}) =>
        keep(await fetch(page, { redirect: "manual", ...options, headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } }))
      await visit(`${url}/wp-login.php`)
      const answer = await visit(`${url}/wp-login.php`, { method: "POST", body: new URLSearchParams({ log: user, pwd: password, testcookie: "1" }) })
      if (answer.status !== 302) throw new Error(`the sign-in was refused: ${answer.status}`)
      return visit
    },
  }
}

async function against(kind) {
  const plugin = pluginOf(kind)
  console.log(`# ${kind}: ${plugin.folder}`)
  const world = await makeWorld(plugin)
  try {
    const context = {
      ...world,
      slug: plugin.slug,
      pictures,
      catalogue: JSON.parse(readFileSync(join(pictures, "fashion.json"), "utf8")),
      memory: {},
      shop: shopper(world.url),
      browser: browserOf(world.url),
    }
    await world.must("core", "install", `--url=${world.url}`, "--title=Contract", "--admin_user=owner", "--admin_password=secret-1", "--admin_email=owner@example.com", "--skip-email")
    await world.must("theme", "activate", "souk")
    await world.must("rewrite", "structure", "/%postname%/")
    const results = []
    // What an image's build does with themes asks nothing of the plugin: once is enough, and it is no part of the record.
    for (const { name, run } of kind === "stand-in" ? [...calls, ...themes] : calls) {
      const started = performance.now()
      let error = null
      try {
        await run(context)
      } catch (thrown) {
        error = thrown
      }
      const elapsedMs = Math.round(performance.now() - started)
      results.push({ name, ok: !error, elapsedMs })
      console.log(`${error ? "not ok" : "ok"} - ${kind}: ${name} (${elapsedMs} ms)`)
      if (error) console.log(String(error.message).replace(/^/gm, "    ").slice(0, 3000))
    }
    const versions = {
      plugin: (await world.wp("plugin", "get", plugin.slug, "--field=version")).stdout.trim(),
      wordpress: await world.must("core", "version"),
      wpCli: (await world.must("cli", "version")).replace("WP-CLI ", ""),
      php: await world.must("eval", "echo PHP_VERSION;"),
      mariadb: (await world.must("eval", "echo $GLOBALS['wpdb']->get_var( 'SELECT VERSION()' );")).replace(/-.*/, ""),
    }
    return { kind, results, versions }
  } finally {
    world.end()
  }
}

function written(runs) {
  const name = { real: "WooCommerce", "stand-in": "stand-in" }
  const recorded = runs.map((run) => ({ ...run, results: run.results.slice(0, calls.length) }))
  const lines = recorded.map(
    ({ kind, results, versions }) =>
      `- **${name[kind]} ${versions.plugin}**: ${results.filter(({ ok }) => ok).length} of ${results.length} calls as below, on ${new Date().toISOString().slice(0, 10)}, ` +
      `with WordPress ${versions.wordpress}, WP-CLI ${versions.wpCli}, PHP ${versions.php}, MariaDB ${versions.mariadb}.`,
  )
  const table = calls.map(({ name: call }, row) => `| ${call} | ${runs.map(({ results }) => (results[row].ok ? "yes" : "**no**")).join(" | ")} |`)
  return [...lines, "", `| call | ${runs.map(({ kind }) => name[kind]).join(" | ")} |`, `|---|${runs.map(() => "---|").join("")}`, ...table].join("\n")
}

const words = process.argv.slice(2)
const kinds = words.filter((word) => word !== "--record")
if (kinds.length === 0 || kinds.some((kind) => !["real", "stand-in"].includes(kind))) {
  console.error("usage: node contract.mjs [--record] real|stand-in ...")
  process.exit(2)
}
const runs = []
for (const kind of kinds) runs.push(await against(kind))
if (words.includes("--record")) {
  const text = readFileSync(record, "utf8")
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${record} has no place for the record`)
  writeFileSync(record, `${text.slice(0, from + BEGIN.length)}\n${written(runs)}\n${text.slice(to)}`)
}
const all = runs.flatMap(({ results }) => results)
const failed = all.filter(({ ok }) => !ok).length
console.log(`${all.length - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
