// A sample catalogue of `images/catalogues`, as its schema there says. The seed reads it; a running store does not.
import { readFileSync } from "node:fs"
import { join } from "node:path"

export type Catalogue = {
  categories: { name: string; handle: string; description: string }[]
  products: SampleProduct[]
}

export type SampleProduct = {
  name: string
  handle: string
  category: string // its handle
  description: string
  picture: string // a path beside the catalogue
  weight_g: number
  option?: string
  variants: { value?: string; sku: string; prices: Record<string, string>; stock: number }[]
}

export const readCatalogue = (name: string): Catalogue =>
  JSON.parse(readFileSync(join(process.cwd(), "catalogues", `${name}.json`), "utf8"))

/** `{ EUR: "29.00" }` as Medusa takes it. */
export const prices = (all: Record<string, string>) =>
  Object.entries(all).map(([currency, amount]) => ({ currency_code: currency.toLowerCase(), amount: Number(amount) }))
