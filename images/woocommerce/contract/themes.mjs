// Themes that an operator brings, as the image's build takes them (themes.php), in a WordPress that really wears one.
// The themes are made here: a style sheet, a template, nothing of anybody's.
import assert from "node:assert/strict"
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const program = join(dirname(fileURLToPath(import.meta.url)), "../themes.php")
const STYLE = "/*\nTheme Name: A tiny shop front\n*/\nbody { margin: 0 }\n"
const PAGE = `<!doctype html><html <?php language_attributes(); ?>><head><?php wp_head(); ?></head>
<body <?php body_class( 'tiny' ); ?>><?php while ( have_posts() ) { the_post(); the_title( '<h1>', '</h1>' ); the_content(); } wp_footer(); ?></body></html>\n`
const TINY = { "storefront/style.css": STYLE, "storefront/index.php": PAGE }

const made = []
process.on("exit", () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
function folder() {
  made.push(mkdtempSync(join(tmpdir(), "souk-themes-")))
  return made.at(-1)
}

/** A folder with one zip of these files; PHP makes it, as it is what reads it. */
function zipsWith(name, files) {
  const zips = folder()
  const write = "$zip = new ZipArchive(); $zip->open($argv[1], ZipArchive::CREATE); foreach (json_decode($argv[2], true) as $name => $text) { $zip->addFromString($name, $text); }"
  execFileSync("php", ["-r", write, join(zips, name), JSON.stringify(files)])
  return zips
}

function unpack(zips) {
  const themes = folder()
  const { status, stderr } = spawnSync("php", [program, zips, themes], { encoding: "utf8" })
  return { status, stderr, themes }
}

export const themes = []
const check = (name, run) => themes.push({ name, run })

check("a theme that was brought is unpacked, worn, and the shop sells in it", async ({ must, root, url, shop }) => {
  const zips = zipsWith("storefront.zip", { ...TINY, "__MACOSX/._style.css": "what an archiver leaves" })
  const target = join(root, "wp-content/themes")
  execFileSync("php", [program, zips, target])
  assert.ok(!existsSync(join(target, "__MACOSX")), "something beside the theme was unpacked")
  await must("theme", "activate", "storefront")
  assert.equal(await must("theme", "list", "--status=active", "--field=name"), "storefront")
  const { body } = await shop.get("products")
  const page = await fetch(body[0].permalink)
  const html = await page.text()
  assert.equal(page.status, 200)
  assert.match(html, /<body class="[^"]*\btiny\b/)
  assert.match(html, new RegExp(`<h1>${body[0].name}`))
  await must("theme", "activate", "souk")
})

check("a zip that is no theme of its name ends the build with words", async () => {
  const wrong = [
    [zipsWith("storefront.zip", { "storefront-4.5.4/style.css": STYLE }), /storefront\.zip is no theme of that name: it must hold storefront\/style\.css/],
    [zipsWith("storefront.zip", { "storefront/style.css": "/* Theme Name: */" }), /with a line `Theme Name:`/],
    [zipsWith("astra.zip", { ...TINY }), /astra\.zip is no theme of that name/],
    [zipsWith("storefront.zip", { ...TINY, "storefront/../../evil.php": "<?php" }), /leads out of its folder/],
  ]
  const text = folder()
  writeFileSync(join(text, "storefront.zip"), STYLE)
  for (const [zips, words] of [...wrong, [text, /storefront\.zip cannot be read as a zip/]]) {
    const { status, stderr } = unpack(zips)
    assert.equal(status, 1, stderr)
    assert.match(stderr, words)
  }
  // The control, and an operator who brings none.
  const well = unpack(zipsWith("storefront.zip", TINY))
  assert.equal(well.status, 0, well.stderr)
  assert.ok(existsSync(join(well.themes, "storefront/index.php")))
  const none = folder()
  mkdirSync(join(none, "a-folder"))
  assert.equal(unpack(none).status, 0)
})
