// Fills a freshly migrated database with everything a first order needs: a region, taxes, shipping,
// stock and one sample catalogue, with prices in all its currencies. It runs once for each catalogue, when the
// image is built; stores only ever see the dump of its result, which `souk/options.mjs` makes fit.
//
//   medusa exec src/scripts/seed.js CATALOGUE
import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules, ProductStatus } from "@medusajs/framework/utils"
import {
  createInventoryLevelsWorkflow,
  createProductCategoriesWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createShippingOptionsWorkflow,
  createShippingProfilesWorkflow,
  createStockLocationsWorkflow,
  createTaxRegionsWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
  updateStoresWorkflow,
} from "@medusajs/medusa/core-flows"
import { basename } from "node:path"
import { prices, readCatalogue, type SampleProduct } from "../catalogue"

// The euro's countries and two neighbours. A store elsewhere sells in its own country only.
const EUROPE = [
  "at", "be", "bg", "cy", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "ie", "it", "lt", "lu", "lv", "mt", "nl", "pt", "se",
  "si", "sk",
]
const RATES = [
  { name: "Standard", code: "standard", description: "Three to five days.", prices: { EUR: "5.00", USD: "6.00", GBP: "4.50" } },
  { name: "Express", code: "express", description: "The next working day.", prices: { EUR: "12.00", USD: "14.00", GBP: "10.00" } },
]
const CURRENCIES = Object.keys(RATES[0].prices)

export default async function seed({ container, args }: ExecArgs) {
  const { categories, products } = readCatalogue(args[0])
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const fulfillment = container.resolve(Modules.FULFILLMENT)

  // Medusa makes these two at its first boot.
  const [store] = await container.resolve(Modules.STORE).listStores()
  const [channel] = await container.resolve(Modules.SALES_CHANNEL).listSalesChannels()

  const { result: [region] } = await createRegionsWorkflow(container).run({
    input: {
      regions: [{ name: "Europe", currency_code: "eur", countries: EUROPE, payment_providers: ["pp_system_default"] }],
    },
  })
  await createTaxRegionsWorkflow(container).run({
    input: EUROPE.map((country_code) => ({ country_code, provider_id: "tp_system" })),
  })

  const { result: [location] } = await createStockLocationsWorkflow(container).run({
    input: { locations: [{ name: "Warehouse", address: { country_code: "DE", address_1: "" } }] },
  })
  await linkSalesChannelsToStockLocationWorkflow(container).run({ input: { id: location.id, add: [channel.id] } })
  await updateStoresWorkflow(container).run({
    input: {
      selector: { id: store.id },
      update: {
        supported_currencies: CURRENCIES.map((code) => ({ currency_code: code.toLowerCase(), is_default: code === "EUR" })),
        default_sales_channel_id: channel.id,
        default_region_id: region.id,
        default_location_id: location.id,
      },
    },
  })

  let [profile] = await fulfillment.listShippingProfiles({ type: "default" })
  if (!profile) {
    const { result } = await createShippingProfilesWorkflow(container).run({
      input: { data: [{ name: "Default", type: "default" }] },
    })
    profile = result[0]
  }
  const set = await fulfillment.createFulfillmentSets({
    name: "Delivery",
    type: "shipping",
    service_zones: [
      { name: "Europe", geo_zones: EUROPE.map((country_code) => ({ country_code, type: "country" as const })) },
    ],
  })
  await link.create([
    {
      [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
      [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" },
    },
    {
      [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
      [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
    },
  ])
  await createShippingOptionsWorkflow(container).run({
    input: RATES.map((rate) => ({
      name: rate.name,
      price_type: "flat" as const,
      provider_id: "manual_manual",
      service_zone_id: set.service_zones[0].id,
      shipping_profile_id: profile.id,
      type: { label: rate.name, code: rate.code, description: rate.description },
      prices: prices(rate.prices),
      rules: [
        { attribute: "enabled_in_store", operator: "eq" as const, value: "true" },
        { attribute: "is_return", operator: "eq" as const, value: "false" },
      ],
    })),
  })

  const { result: made } = await createProductCategoriesWorkflow(container).run({
    input: { product_categories: categories.map((category) => ({ ...category, is_active: true })) },
  })
  const categoryId = new Map(made.map((category) => [category.handle, category.id]))
  await createProductsWorkflow(container).run({
    input: {
      products: products.map((product) => ({
        title: product.name,
        handle: product.handle,
        description: product.description,
        weight: product.weight_g,
        status: ProductStatus.PUBLISHED,
        // Where `souk/options.mjs` lays it, which also puts the store's address before it.
        thumbnail: `/static/samples/${basename(product.picture)}`,
        images: [{ url: `/static/samples/${basename(product.picture)}` }],
        category_ids: [categoryId.get(product.category)!],
        shipping_profile_id: profile.id,
        sales_channels: [{ id: channel.id }],
        ...choices(product),
      })),
    },
  })

  const stock = new Map(products.flatMap(({ variants }) => variants).map((variant) => [variant.sku, variant.stock]))
  const { data: items } = await query.graph({ entity: "inventory_item", fields: ["id", "sku"] })
  await createInventoryLevelsWorkflow(container).run({
    input: {
      inventory_levels: items.map(({ id, sku }) => ({
        inventory_item_id: id,
        location_id: location.id,
        stocked_quantity: stock.get(sku)!,
      })),
    },
  })
}

/** Medusa wants an option even where there is nothing to choose; these are the names that its admin pages give it. */
function choices({ option = "Default option", variants }: SampleProduct) {
  const named = variants.map((variant) => ({ ...variant, value: variant.value ?? "Default option value" }))
  return {
    options: [{ title: option, values: named.map(({ value }) => value) }],
    variants: named.map((variant) => ({
      title: variant.value === "Default option value" ? "Default variant" : variant.value,
      sku: variant.sku,
      manage_inventory: true,
      options: { [option]: variant.value },
      prices: prices(variant.prices),
    })),
  }
}
