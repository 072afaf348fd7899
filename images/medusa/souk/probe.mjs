// Asks a running store, as a shopper would, for its sample catalogue, priced in each region, with its pictures.
//
//   node /app/souk/probe.mjs URL
import { optionalSecret, secret } from "./secrets.mjs"

const url = process.argv[2]
const TIMEOUT_MS = 20_000

const ask = async (path) => {
  const response = await fetch(url + path, {
    headers: { "x-publishable-api-key": secret("publishable-key") },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}
const get = async (path) => (await ask(path)).json()

try {
  const { regions } = await get("/store/regions")
  const wanted = optionalSecret("store-currency")?.toLowerCase()
  if (wanted && regions.some((region) => region.currency_code !== wanted)) throw new Error(`a region is not in ${wanted}`)
  for (const region of regions) {
    const { products } = await get(`/store/products?limit=100&region_id=${region.id}&fields=*variants.calculated_price`)
    const unpriced = products.filter((p) => p.variants.some((v) => !v.calculated_price?.calculated_amount))
    if (products.length === 0 || unpriced.length) throw new Error(`${region.name}: ${products.length} products, ${unpriced.length} without a price`)
    // Through the address that was given: a pod of the store's does not reach the one that shoppers use.
    for (const { title, thumbnail } of products) {
      const picture = await ask(new URL(thumbnail, url).pathname)
      if (!picture.headers.get("content-type")?.startsWith("image/")) throw new Error(`${title}: ${thumbnail} is no picture`)
    }
    console.log(`${region.name}: ${products.length} products, all with a picture, all priced in ${region.currency_code}`)
  }
} catch (error) {
  console.error(`probe: ${error.message}`)
  process.exitCode = 1
}
