// Asks a running store, as a shopper would, for its sample catalogue, priced in each region.
//
//   node /app/souk/probe.mjs URL
import { secret } from "./secrets.mjs"

const url = process.argv[2]
const TIMEOUT_MS = 20_000

const get = async (path) => {
  const response = await fetch(url + path, {
    headers: { "x-publishable-api-key": secret("publishable-key") },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

try {
  const { regions } = await get("/store/regions")
  for (const region of regions) {
    const { products } = await get(`/store/products?limit=100&region_id=${region.id}&fields=*variants.calculated_price`)
    const unpriced = products.filter((p) => p.variants.some((v) => !v.calculated_price?.calculated_amount))
    if (products.length === 0 || unpriced.length) throw new Error(`${region.name}: ${products.length} products, ${unpriced.length} without a price`)
    console.log(`${region.name}: ${products.length} products, all priced in ${region.currency_code}`)
  }
} catch (error) {
  console.error(`probe: ${error.message}`)
  process.exitCode = 1
}
