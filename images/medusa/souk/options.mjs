// Opens the restored shop as it was asked for. Which catalogue decides which dump; the dump sells in Europe, with
// prices in every currency of its catalogue, and is made here to sell in one currency, from one country.
//
// Invariant: it only ever sees a dump that no shop has opened on yet, inside the transaction that restores it.
import { cpSync } from "node:fs"
import { optionalSecret } from "./secrets.mjs"

const UPLOADS = process.env.SOUK_UPLOADS ?? "/app/static"
const CATALOGUES = new URL("../catalogues/", import.meta.url)

/** What the store's Secret asks for, with defaults for a chart that is used by hand. */
export function options() {
  const wanted = {
    catalogue: optionalSecret("store-catalogue") ?? "fashion",
    currency: optionalSecret("store-currency") ?? "EUR",
    country: optionalSecret("store-country") ?? "DE",
  }
  // It becomes a part of a path.
  if (!/^[a-z]+$/.test(wanted.catalogue)) throw new Error("`store-catalogue` must be a word of small letters")
  return wanted
}

/** Among the owner's uploads, whose volume lies over the image's own folder. Done again, it changes nothing. */
export const layPictures = (catalogue) =>
  cpSync(new URL(`pictures/${catalogue}/`, CATALOGUES), `${UPLOADS}/samples`, { recursive: true })

export async function open(db, { currency, country }, storeUrl = process.env.STORE_URL ?? "") {
  const code = currency.toLowerCase()
  const iso2 = country.toLowerCase()
  const run = (text, ...params) => db.query(text, params)

  await run("SET search_path = public") // the dump has emptied it
  const { rows: [home] } = await run("SELECT display_name, region_id FROM region_country WHERE iso_2 = $1", iso2)
  if (!home) throw new Error(`Medusa knows no country ${country}`)

  await run("DELETE FROM price WHERE currency_code <> $1", code)
  if ((await run("SELECT FROM price LIMIT 1")).rowCount === 0) throw new Error(`the samples have no prices in ${currency}`)
  await run("DELETE FROM price_preference WHERE attribute = 'currency_code' AND value <> $1", code)
  await run("DELETE FROM store_currency WHERE currency_code <> $1", code)
  await run("UPDATE store_currency SET is_default = true")

  const { rows: [region] } = await run("SELECT id, currency_code FROM region")
  if (region.currency_code !== code || home.region_id !== region.id) {
    await run("UPDATE region SET name = $1, currency_code = $2", home.display_name, code)
    await run(
      "UPDATE region_country SET region_id = CASE WHEN iso_2 = $1 THEN $2 END WHERE iso_2 = $1 OR region_id IS NOT NULL",
      iso2,
      region.id,
    )
    await run("UPDATE service_zone SET name = $1", home.display_name)
    await run("DELETE FROM geo_zone WHERE id <> (SELECT min(id) FROM geo_zone)")
    await run("UPDATE geo_zone SET country_code = $1", iso2)
    await run("DELETE FROM tax_region WHERE id <> (SELECT min(id) FROM tax_region)")
    await run("UPDATE tax_region SET country_code = $1", iso2)
  }
  await run("UPDATE stock_location_address SET country_code = $1", country)

  await run("UPDATE image SET url = $1 || url", storeUrl)
  await run("UPDATE product SET thumbnail = $1 || thumbnail", storeUrl)
}
