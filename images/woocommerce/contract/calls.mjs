// The calls that Souk, its setup and its end-to-end tests make of the plugin, and what each must answer.
// Every check runs against whatever plugin the world holds: the real one or the stand-in.
import assert from "node:assert/strict"
import { join } from "node:path"

const USER = "--user=owner"
const ADDRESS = {
  first_name: "Ada", last_name: "Lovelace", company: "", address_1: "Ackerstrasse 1", address_2: "", city: "Berlin",
  state: "", postcode: "10115", country: "DE", phone: "+49 30 1234567",
}
const BILLING = { ...ADDRESS, email: "ada@example.com" }
/** In minor units, as the Store API counts. */
const SHIPPING = 490

/** The first product without a choice and the first with one are enough to see both ways. */
function chosen(catalogue) {
  const simple = catalogue.products.find((product) => !product.option)
  const variable = catalogue.products.find((product) => product.option)
  return { simple, variable }
}
const minor = (price) => Number(price.replace(".", ""))

export const calls = []
const call = (name, run) => calls.push({ name, run })

// --- WP-CLI: what the setup does -----------------------------------------------------------------

call("wp plugin activate", async ({ must, slug }) => {
  await must("plugin", "activate", slug)
  assert.match(await must("plugin", "list", "--status=active", "--field=name"), new RegExp(`^${slug}$`, "m"))
})

call("WC_Install::newly_installed(): done once; coming-soon is on", async ({ must }) => {
  assert.equal(await must("option", "get", "woocommerce_newly_installed"), "yes")
  for (let time = 0; time < 2; time++) await must("eval", "WC_Install::newly_installed();")
  assert.equal(await must("option", "get", "woocommerce_newly_installed"), "no")
  assert.equal(await must("option", "get", "woocommerce_coming_soon"), "yes")
})

call("wp wc hpos enable, status", async ({ must }) => {
  await must("wc", "hpos", "enable")
  await must("wc", "hpos", "enable")
  assert.match(await must("wc", "hpos", "status"), /HPOS enabled\?: yes/)
})

call("wp wc tool run install_pages, twice", async ({ must }) => {
  for (let time = 0; time < 2; time++) await must("wc", "tool", "run", "install_pages", USER)
  const slugs = (await must("post", "list", "--post_type=page", "--post_status=publish", "--field=post_name")).split("\n")
  for (const [slug, option] of [["shop", "shop"], ["cart", "cart"], ["checkout", "checkout"], ["my-account", "myaccount"]]) {
    assert.equal(slugs.filter((found) => found === slug).length, 1, `one page ${slug}, not ${slugs}`)
    const id = await must("option", "get", `woocommerce_${option}_page_id`)
    assert.equal(await must("post", "get", id, "--field=post_name"), slug)
  }
})

call("wp option update: currency, country, coming-soon, onboarding", async ({ must }) => {
  await must("option", "update", "woocommerce_currency", "EUR")
  await must("option", "update", "woocommerce_default_country", "DE")
  await must("option", "update", "woocommerce_coming_soon", "no")
  await must("option", "update", "woocommerce_onboarding_profile", '{"skipped":true}', "--format=json")
  assert.equal(await must("option", "get", "woocommerce_currency"), "EUR")
})

call("wp wc payment_gateway update cod, get", async ({ must }) => {
  await must("wc", "payment_gateway", "update", "cod", "--enabled=true", USER)
  assert.equal(await must("wc", "payment_gateway", "get", "cod", "--field=enabled", USER), "1")
})

call("wp wc shipping_zone_method create, list", async ({ must }) => {
  const list = async () => JSON.parse(await must("wc", "shipping_zone_method", "list", "0", "--format=json", USER))
  assert.deepEqual(await list(), [])
  const settings = JSON.stringify({ title: "Standard", cost: "4.90" })
  await must("wc", "shipping_zone_method", "create", "0", "--method_id=flat_rate", "--enabled=true", `--settings=${settings}`, "--porcelain", USER)
  const [method, ...others] = await list()
  assert.equal(others.length, 0)
  assert.equal(method.method_id, "flat_rate")
  assert.equal(method.enabled, true)
  assert.equal(method.settings.cost.value, "4.90")
})

call("wp wc product_cat create, list --slug", async ({ must, memory, catalogue }) => {
  const list = (slug) => must("wc", "product_cat", "list", `--slug=${slug}`, "--format=ids", USER)
  memory.categories = {}
  for (const { name, handle, description } of catalogue.categories) {
    assert.equal(await list(handle), "")
    const id = await must("wc", "product_cat", "create", `--name=${name}`, `--slug=${handle}`, `--description=${description}`, "--porcelain", USER)
    assert.match(id, /^\d+$/)
    assert.equal(await list(handle), id)
    memory.categories[handle] = Number(id)
  }
})

call("wp wc product create (simple, with a picture), list --sku", async ({ must, memory, catalogue, pictures }) => {
  const { simple } = chosen(catalogue)
  const offer = simple.variants[0]
  const picture = await must("media", "import", join(pictures, simple.picture), `--title=${simple.name}`, `--alt=${simple.alt}`, "--porcelain")
  const id = await must(
    "wc", "product", "create", "--type=simple", `--name=${simple.name}`, `--slug=${simple.handle}`, `--sku=${simple.sku}`,
    `--description=${simple.description}`, `--short_description=${simple.description}`, `--weight=${simple.weight_g / 1000}`,
    `--regular_price=${offer.prices.EUR}`, "--manage_stock=true", `--stock_quantity=${offer.stock}`,
    `--categories=${JSON.stringify([{ id: memory.categories[simple.category] }])}`,
    `--images=${JSON.stringify([{ id: Number(picture), position: 0 }])}`, "--porcelain", USER,
  )
  assert.match(id, /^\d+$/)
  assert.equal(await must("wc", "product", "list", `--sku=${simple.sku}`, "--format=ids", USER), id)
  memory.simple = id
})

call("wp wc product create (variable), product_variation create, list --sku", async ({ must, memory, catalogue }) => {
  const { variable } = chosen(catalogue)
  const attributes = [{ name: variable.option, visible: true, variation: true, options: variable.variants.map(({ value }) => value) }]
  const id = await must(
    "wc", "product", "create", "--type=variable", `--name=${variable.name}`, `--slug=${variable.handle}`, `--sku=${variable.sku}`,
    `--description=${variable.description}`, `--attributes=${JSON.stringify(attributes)}`,
    `--categories=${JSON.stringify([{ id: memory.categories[variable.category] }])}`, "--porcelain", USER,
  )
  memory.variable = id
  memory.variations = []
  for (const variant of variable.variants) {
    const variation = await must(
      "wc", "product_variation", "create", id, `--sku=${variant.sku}`, `--regular_price=${variant.prices.EUR}`, "--manage_stock=true",
      `--stock_quantity=${variant.stock}`, `--attributes=${JSON.stringify([{ name: variable.option, option: variant.value }])}`, "--porcelain", USER,
    )
    assert.equal(await must("wc", "product_variation", "list", id, `--sku=${variant.sku}`, "--format=ids", USER), variation)
    // A look-up by sku does not stop at products.
    assert.equal(await must("wc", "product", "list", `--sku=${variant.sku}`, "--format=ids", USER), variation)
    memory.variations.push(Number(variation))
  }
})

call("wp wc product update, product_variation update: another currency's prices", async ({ must, shop, memory, catalogue }) => {
  const { simple, variable } = chosen(catalogue)
  const prices = async () => {
    const { body } = await shop.get(`products/${memory.simple}`)
    return [Number(body.prices.price), (await shop.get(`products/${memory.variations[0]}`)).body.prices.price]
  }
  const reprice = async (currency) => {
    await must("wc", "product", "update", memory.simple, `--regular_price=${simple.variants[0].prices[currency]}`, USER)
    await must("wc", "product_variation", "update", memory.variable, String(memory.variations[0]), `--regular_price=${variable.variants[0].prices[currency]}`, USER)
  }
  await reprice("GBP")
  assert.deepEqual(await prices(), [minor(simple.variants[0].prices.GBP), String(minor(variable.variants[0].prices.GBP))])
  await reprice("EUR")
  assert.deepEqual(await prices(), [minor(simple.variants[0].prices.EUR), String(minor(variable.variants[0].prices.EUR))])
})

call("a sku that is not there: nothing listed, exit code 0", async ({ must, memory }) => {
  assert.equal(await must("wc", "product", "list", "--sku=NO-SUCH", "--format=ids", USER), "")
  assert.equal(await must("wc", "product_variation", "list", memory.variable, "--sku=NO-SUCH", "--format=ids", USER), "")
})

call("a sku twice: refused, exit code 1, words", async ({ wp, catalogue }) => {
  const { code, stderr } = await wp("wc", "product", "create", "--type=simple", "--name=Twice", `--sku=${chosen(catalogue).simple.sku}`, USER)
  assert.equal(code, 1)
  assert.match(stderr, /Error: .*SKU/)
})

call("a product that is not there, a command without a user: exit code 1, words", async ({ wp }) => {
  const missing = await wp("wc", "product", "update", "999999", "--regular_price=1", USER)
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /Error: .*ID/)
  const nobody = await wp("wc", "product", "list")
  assert.equal(nobody.code, 1)
  assert.match(nobody.stderr, /Error: Sorry/)
})

call("wp wc update: a database of an older version, and one of this", async ({ must, slug }) => {
  const version = () => must("option", "get", "woocommerce_db_version")
  const own = await version()
  await must("option", "update", "woocommerce_db_version", slug === "woocommerce" ? "10.0.0" : "0.0.1")
  for (let time = 0; time < 2; time++) {
    await must("wc", "update")
    assert.equal(await version(), own)
  }
})

// --- Store API: what a shopper does ---------------------------------------------------------------

call("GET products: total, prices in minor units of the currency, pictures", async ({ shop, memory, catalogue }) => {
  const { simple, variable } = chosen(catalogue)
  const { status, headers, body } = await shop.get("products")
  assert.equal(status, 200)
  assert.equal(headers.get("x-wp-total"), "2")
  assert.deepEqual(body.map(({ id }) => String(id)).sort(), [memory.simple, memory.variable].sort())
  const product = body.find(({ id }) => String(id) === memory.simple)
  assert.equal(product.name, simple.name)
  assert.equal(product.slug, simple.handle)
  assert.equal(product.sku, simple.sku)
  assert.equal(product.type, "simple")
  assert.equal(product.prices.currency_code, "EUR")
  assert.equal(product.prices.currency_minor_unit, 2)
  assert.equal(product.prices.price, String(minor(simple.variants[0].prices.EUR)))
  assert.equal(product.is_in_stock, true)
  assert.equal(product.is_purchasable, true)
  assert.equal(product.has_options, false)
  assert.equal(product.images.length, 1)
  assert.equal(product.images[0].alt, simple.alt)
  assert.equal((await fetch(product.images[0].src)).headers.get("content-type"), "image/webp")
  assert.equal(product.categories[0].slug, simple.category)
  const choice = body.find(({ id }) => String(id) === memory.variable)
  assert.equal(choice.type, "variable")
  assert.equal(choice.has_options, true)
  assert.deepEqual(choice.variations.map(({ id }) => id).sort(), [...memory.variations].sort())
  assert.deepEqual(
    choice.variations.map(({ attributes }) => attributes[0]).sort((a, b) => a.value.localeCompare(b.value)),
    variable.variants.map(({ value }) => ({ name: variable.option, value })).sort((a, b) => a.value.localeCompare(b.value)),
  )
})

call("GET products?search, ?sku, ?slug, ?per_page, one by id, an unknown id", async ({ shop, memory, catalogue }) => {
  const { simple } = chosen(catalogue)
  const only = async (query) => (await shop.get(`products?${query}`)).body.map(({ id }) => String(id))
  assert.deepEqual(await only(`search=${encodeURIComponent(simple.name)}`), [memory.simple])
  assert.deepEqual(await only(`sku=${simple.sku}`), [memory.simple])
  assert.deepEqual(await only(`slug=${simple.handle}`), [memory.simple])
  assert.equal((await only("per_page=1")).length, 1)
  assert.deepEqual(await only("search=nothing-is-called-this"), [])
  assert.equal((await shop.get(`products/${memory.simple}`)).body.sku, simple.sku)
  assert.equal((await shop.get("products/999999")).status, 404)
})

call("GET cart: a Cart-Token, nothing in it", async ({ shop }) => {
  const { status, headers, body } = await shop.get("cart")
  assert.equal(status, 200)
  assert.ok(headers.get("cart-token"))
  assert.deepEqual(body.items, [])
  assert.equal(body.totals.total_price, "0")
})

call("POST cart/add-item without nonce and token: 401", async ({ shop, memory }) => {
  const { status, body } = await shop.post("cart/add-item", { id: Number(memory.simple), quantity: 1 }, null)
  assert.equal(status, 401)
  assert.equal(body.code, "woocommerce_rest_missing_nonce")
})

call("POST cart/add-item: a product, a variation, two carts apart", async ({ shop, memory, catalogue }) => {
  const { simple, variable } = chosen(catalogue)
  const token = (await shop.get("cart")).headers.get("cart-token")
  const first = await shop.post("cart/add-item", { id: Number(memory.simple), quantity: 2 }, token)
  assert.equal(first.status, 201)
  assert.equal(first.body.items_count, 2)
  const second = await shop.post("cart/add-item", { id: memory.variations[1], quantity: 1 }, token)
  assert.equal(second.status, 201)
  assert.equal(second.body.items.length, 2)
  const [one, other] = second.body.items
  assert.deepEqual([one.name, one.quantity, one.type, one.prices.price], [simple.name, 2, "simple", String(minor(simple.variants[0].prices.EUR))])
  assert.deepEqual([other.name, other.type], [variable.name, "variation"])
  assert.deepEqual(other.variation.map(({ attribute, value }) => [attribute, value]), [[variable.option, variable.variants[1].value]])
  const items = 2 * minor(simple.variants[0].prices.EUR) + minor(variable.variants[1].prices.EUR)
  assert.equal(second.body.totals.total_items, String(items))
  assert.equal(second.body.totals.currency_code, "EUR")
  assert.equal(second.body.needs_shipping, true)
  const elses = await shop.get("cart", (await shop.get("cart")).headers.get("cart-token"))
  assert.deepEqual(elses.body.items, [])
  Object.assign(memory, { token, items, key: other.key })
})

call("POST cart/add-item: more than there is, a product that is not there", async ({ shop, memory }) => {
  const token = (await shop.get("cart")).headers.get("cart-token")
  const many = await shop.post("cart/add-item", { id: Number(memory.simple), quantity: 5000 }, token)
  assert.equal(many.status, 400)
  assert.match(many.body.code, /stock/)
  const nothing = await shop.post("cart/add-item", { id: 999999, quantity: 1 }, token)
  assert.equal(nothing.status, 400)
})

call("POST cart/update-item, cart/remove-item", async ({ shop, memory, catalogue }) => {
  const token = (await shop.get("cart")).headers.get("cart-token")
  const { body } = await shop.post("cart/add-item", { id: Number(memory.simple), quantity: 1 }, token)
  const more = await shop.post("cart/update-item", { key: body.items[0].key, quantity: 3 }, token)
  assert.equal(more.body.totals.total_items, String(3 * minor(chosen(catalogue).simple.variants[0].prices.EUR)))
  const none = await shop.post("cart/remove-item", { key: body.items[0].key }, token)
  assert.deepEqual(none.body.items, [])
})

call("POST cart/update-customer, cart/select-shipping-rate: shipping is in the total", async ({ shop, memory }) => {
  const { status, body } = await shop.post("cart/update-customer", { billing_address: BILLING, shipping_address: ADDRESS }, memory.token)
  assert.equal(status, 200)
  assert.equal(body.shipping_address.city, ADDRESS.city)
  const [group] = body.shipping_rates
  const [rate] = group.shipping_rates
  assert.equal(rate.method_id, "flat_rate")
  assert.equal(rate.name, "Standard")
  assert.equal(rate.price, String(SHIPPING))
  const selected = await shop.post("cart/select-shipping-rate", { package_id: group.package_id, rate_id: rate.rate_id }, memory.token)
  assert.equal(selected.status, 200)
  assert.equal(selected.body.totals.total_shipping, String(SHIPPING))
  assert.equal(selected.body.totals.total_price, String(memory.items + SHIPPING))
  assert.ok(selected.body.payment_methods.includes("cod"))
})

call("POST checkout: refused without an address, and with a payment that is not on", async ({ shop, memory }) => {
  const bare = await shop.post("checkout", { billing_address: { ...BILLING, city: "", postcode: "" }, shipping_address: ADDRESS, payment_method: "cod" }, memory.token)
  assert.equal(bare.status, 400)
  const gold = await shop.post("checkout", { billing_address: BILLING, shipping_address: ADDRESS, payment_method: "gold" }, memory.token)
  assert.equal(gold.status, 400)
})

call("POST checkout, cash on delivery: an order", async ({ shop, memory }) => {
  const { status, body } = await shop.post("checkout", { billing_address: BILLING, shipping_address: ADDRESS, payment_method: "cod" }, memory.token)
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.status, "processing")
  assert.equal(body.payment_method, "cod")
  assert.equal(body.payment_result.payment_status, "success")
  assert.match(body.order_key, /^wc_order_/)
  assert.ok(body.order_id > 0)
  memory.order = body
})

call("GET order by key and e-mail; not without them", async ({ shop, memory }) => {
  const { order_id: id, order_key: key } = memory.order
  const { status, body } = await shop.get(`order/${id}?key=${key}&billing_email=${BILLING.email}`)
  assert.equal(status, 200)
  assert.equal(body.id, id)
  assert.equal(body.status, "processing")
  assert.equal(body.items.length, 2)
  assert.equal(body.totals.total_price, String(memory.items + SHIPPING))
  assert.equal((await shop.get(`order/${id}?key=wrong&billing_email=${BILLING.email}`)).status, 401)
  assert.equal((await shop.get(`order/${id}`)).status, 401)
})

call("after the order: an empty cart, fewer in stock, no second order", async ({ shop, memory, must, catalogue }) => {
  assert.deepEqual((await shop.get("cart", memory.token)).body.items, [])
  const again = await shop.post("checkout", { billing_address: BILLING, shipping_address: ADDRESS, payment_method: "cod" }, memory.token)
  assert.ok(again.status >= 400 && again.status < 500, `an empty cart was bought: ${again.status}`)
  const stock = await must("wc", "product", "get", memory.simple, "--field=stock_quantity", USER)
  assert.equal(stock, String(chosen(catalogue).simple.variants[0].stock - 2))
})

// --- what the owner sees --------------------------------------------------------------------------

call("wp wc shop_order list, get: the order", async ({ must, memory }) => {
  const orders = JSON.parse(await must("wc", "shop_order", "list", "--format=json", "--fields=id,status,currency,total,payment_method,billing", USER))
  assert.equal(orders.length, 1)
  const [order] = orders
  assert.equal(order.id, memory.order.order_id)
  assert.equal(order.status, "processing")
  assert.equal(order.currency, "EUR")
  assert.equal(order.total, ((memory.items + SHIPPING) / 100).toFixed(2))
  assert.equal(order.payment_method, "cod")
  assert.equal(order.billing.email, BILLING.email)
  assert.equal(await must("wc", "shop_order", "get", String(order.id), "--field=status", USER), "processing")
})

call("wp wc order_note list: the order's mails, to owner and shopper, and that they could not be sent", async ({ must, memory }) => {
  const notes = JSON.parse(await must("wc", "order_note", "list", String(memory.order.order_id), "--format=json", USER)).map(({ note }) => note)
  // There is no mail program here, so the reason is WordPress's own.
  const unsent = notes.filter((note) => /^Email ".+" failed to send: Could not instantiate mail function/.test(note))
  assert.equal(unsent.length, 2, notes.join("\n"))
  assert.ok(unsent.some((note) => note.startsWith('Email "New order"')), notes.join("\n"))
})

call("wp-admin: the order for who signs in, nothing for others", async ({ url, browser, memory }) => {
  const page = `${url}/wp-admin/admin.php?page=wc-orders`
  const stranger = await fetch(page, { redirect: "manual" })
  assert.equal(stranger.status, 302)
  assert.match(stranger.headers.get("location"), /wp-login\.php/)
  const visit = await browser.signIn("owner", "secret-1")
  const html = await (await visit(page)).text()
  assert.ok(html.includes(`#${memory.order.order_id} `), "the order's number is on the page")
  assert.ok(html.includes("Ada Lovelace"), "the shopper's name is on the page")
})

call("the pages: product, shop, cart, checkout", async ({ url, shop, memory, catalogue }) => {
  const { simple } = chosen(catalogue)
  const { body } = await shop.get(`products/${memory.simple}`)
  const product = await (await fetch(body.permalink)).text()
  assert.ok(product.includes(simple.name))
  assert.ok(product.includes(simple.variants[0].prices.EUR.replace(".00", "")), "the price is on the page")
  assert.ok(product.includes(simple.handle.slice(0, 8)), "the picture is on the page")
  for (const [path, status] of [["/shop/", 200], ["/cart/", 200], ["/checkout/", 302]]) {
    assert.equal((await fetch(url + path, { redirect: "manual" })).status, status, path)
  }
  assert.ok((await (await fetch(`${url}/shop/`)).text()).includes(simple.name), "the shop lists it")
})

call("coming-soon: on hides the shop, off opens it", async ({ url, must, catalogue }) => {
  const isOpen = async () => (await (await fetch(`${url}/shop/`)).text()).includes(chosen(catalogue).simple.name)
  await must("option", "update", "woocommerce_store_pages_only", "yes")
  await must("option", "update", "woocommerce_coming_soon", "yes")
  assert.equal(await isOpen(), false)
  await must("option", "update", "woocommerce_coming_soon", "no")
  assert.equal(await isOpen(), true)
})
