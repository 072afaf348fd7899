// A WordPress of its own for one run of the contract: its database, its files, its web server, gone afterwards.
// Needs PHP 8.2 with mysqli, gd and intl, mariadbd, and npm, which brings WordPress and WP-CLI.
import { execFile, execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** The npm package that holds WordPress 7.1.1 and wp-cli.phar as they were released. */
const PACKAGE = {
  name: "wp-studio",
  version: "1.22.0",
  integrity: "sha512-boMtahkhgWDKKyNTBA1uTK5ghnAmxXhDY6KeQCO9FmcI3/o+YOSq8JwYW5ZYnxHCxH14Jf/mD6CJTBvTWl2Ytw==",
}
/** Neither mariadbd nor WP-CLI wants to be root. */
const UID = 10001
const START_LIMIT_MS = 60_000
const CALL_LIMIT_MS = 120_000
const OUTPUT_LIMIT_BYTES = 16 << 20

const here = dirname(fileURLToPath(import.meta.url))
const cache = process.env.SOUK_CACHE_DIR ?? "/var/cache/souk"
const run = promisify(execFile)

/** WordPress and WP-CLI, fetched once and checked. */
function released() {
  const folder = join(cache, "wordpress", `${PACKAGE.name}-${PACKAGE.version}`)
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`
    mkdirSync(fresh, { recursive: true })
    // Without --json: that would list each of the package's 10,000 files.
    const name = execFileSync("npm", ["pack", "--silent", "--pack-destination", fresh, `${PACKAGE.name}@${PACKAGE.version}`], { encoding: "utf8" }).trim()
    const archive = join(fresh, name)
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`
    if (integrity !== PACKAGE.integrity) throw new Error(`${PACKAGE.name}: ${integrity} is not what was reviewed`)
    execFileSync("tar", ["xzf", archive, "-C", fresh, "--strip-components=4", "package/dist/cli/wp-files/latest", "package/dist/cli/wp-files/wp-cli"])
    rmSync(archive)
    renameSync(fresh, folder)
  }
  return { wordpress: join(folder, "latest/wordpress"), wpCli: join(folder, "wp-cli/wp-cli.phar") }
}

function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer().on("error", failed)
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address()
      probe.close(() => found(port))
    })
  })
}

async function until(what, ready) {
  const end = Date.now() + START_LIMIT_MS
  for (;;) {
    if (await ready()) return
    if (Date.now() > end) throw new Error(`${what} did not start`)
    await new Promise((next) => setTimeout(next, 100))
  }
}

export async function makeWorld({ slug, folder: plugin }) {
  const folder = mkdtempSync(join(tmpdir(), "souk-wp-"))
  const children = []
  const as = process.getuid() === 0 ? ["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"] : []
  const command = (...words) => [...as, ...words]
  const environment = { PATH: process.env.PATH, HOME: folder, WP_CLI_CACHE_DIR: join(folder, "cli"), PHP_CLI_SERVER_WORKERS: "4" }
  const start = (...words) => {
    const [program, ...rest] = command(...words)
    // Its own group, so that the workers of PHP's server end with it.
    const child = spawn(program, rest, { env: environment, stdio: "ignore", detached: true })
    children.push(child)
    return child
  }
  const end = () => {
    for (const child of children) {
      try {
        process.kill(-child.pid, "SIGKILL")
      } catch {
        // Gone already.
      }
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  try {
    const { wordpress, wpCli } = released()
    const root = join(folder, "site")
    const data = join(folder, "db")
    const socket = join(folder, "db.sock")
    mkdirSync(data)
    mkdirSync(join(folder, "compiled"))
    cpSync(wordpress, root, { recursive: true })
    rmSync(join(root, "wp-content/plugins"), { recursive: true, force: true })
    mkdirSync(join(root, "wp-content/plugins"))
    cpSync(plugin, join(root, "wp-content/plugins", slug), { recursive: true })
    cpSync(join(here, "../theme/souk"), join(root, "wp-content/themes/souk"), { recursive: true })
    writeFileSync(join(folder, "wp-cli.yml"), `path: ${root}\n`)
    if (as.length > 0) execFileSync("chown", ["-R", `${UID}:${UID}`, folder])

    const [installer, ...installerWords] = command(
      "mariadb-install-db", "--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-log-bin",
    )
    await run(installer, installerWords, { env: environment })
    start("mariadbd", "--no-defaults", `--datadir=${data}`, `--socket=${socket}`, "--skip-networking", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0")
    await until("MariaDB", async () => existsSync(socket))

    // Compiled code is kept, or each of a hundred commands would compile 4,000 files anew. Commands keep it in files only and
    // the server in memory only: PHP 8.2 has been seen to die where processes share both.
    const compiled = join(folder, "compiled")
    const settings = (...lines) => ["memory_limit=512M", "opcache.enable_cli=1", ...lines].flatMap((line) => ["-d", line])
    const commands = settings(`opcache.file_cache=${compiled}`, "opcache.file_cache_only=1")
    const server = settings("opcache.memory_consumption=192", "opcache.max_accelerated_files=20000")
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    /** Runs `wp`; never throws: the exit code is part of what is asked for. */
    const wp = async (...words) => {
      const [program, ...rest] = command("php", ...commands, wpCli, `--path=${root}`, ...words)
      try {
        const { stdout, stderr } = await run(program, rest, { cwd: folder, env: environment, timeout: CALL_LIMIT_MS, maxBuffer: OUTPUT_LIMIT_BYTES })
        return { code: 0, stdout, stderr }
      } catch (error) {
        return { code: error.code ?? -1, stdout: error.stdout ?? "", stderr: error.stderr ?? String(error) }
      }
    }
    const must = async (...words) => {
      const answer = await wp(...words)
      if (answer.code !== 0) throw new Error(`wp ${words.join(" ")}: ${answer.code}\n${answer.stderr}${answer.stdout}`)
      return answer.stdout.trim()
    }
    const [client, ...clientWords] = command("mariadb", "--no-defaults", `--socket=${socket}`, "-u", "root", "-e", "CREATE DATABASE wordpress")
    await run(client, clientWords, { env: environment })
    await must("config", "create", "--dbname=wordpress", "--dbuser=root", "--dbpass=", `--dbhost=localhost:${socket}`)
    // Nothing here may call home, and nothing may happen that no call asked for.
    for (const [name, value] of [["WP_HTTP_BLOCK_EXTERNAL", "true"], ["DISABLE_WP_CRON", "true"], ["AUTOMATIC_UPDATER_DISABLED", "true"]]) {
      await must("config", "set", name, value, "--raw")
    }
    start("php", ...server, "-S", `127.0.0.1:${port}`, "-t", root, join(here, "router.php"))
    return { folder, root, url, wp, must, end }
  } catch (error) {
    end()
    throw error
  }
}
