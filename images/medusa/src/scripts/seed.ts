// Fills a freshly migrated database with everything a first order needs: regions, taxes, shipping,
// stock and the sample catalogue. It runs once, when the image is built; stores only ever see the
// dump of its result.
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
import { categories, products } from "../catalogue"

const EUROPE = ["at", "be", "de", "dk", "es", "fi", "fr", "ie", "it", "nl", "pt", "se"]
const STOCK_PER_VARIANT = 100

export default async function seed({ container }: ExecArgs) {
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const fulfillment = container.resolve(Modules.FULFILLMENT)

  // Medusa makes these two at its first boot.
  const [store] = await container.resolve(Modules.STORE).listStores()
  const [channel] = await container.resolve(Modules.SALES_CHANNEL).listSalesChannels()

  const { result: regions } = await createRegionsWorkflow(container).run({
    input: {
      regions: [
        { name: "Europe", currency_code: "eur", countries: EUROPE, payment_providers: ["pp_system_default"] },
        { name: "United States", currency_code: "usd", countries: ["us"], payment_providers: ["pp_system_default"] },
      ],
    },
  })
  await createTaxRegionsWorkflow(container).run({
    input: [...EUROPE, "us"].map((country_code) => ({ country_code, provider_id: "tp_system" })),
  })

  const { result: [location] } = await createStockLocationsWorkflow(container).run({
    input: { locations: [{ name: "Warehouse", address: { city: "Berlin", country_code: "DE", address_1: "" } }] },
  })
  await linkSalesChannelsToStockLocationWorkflow(container).run({ input: { id: location.id, add: [channel.id] } })
  await updateStoresWorkflow(container).run({
    input: {
      selector: { id: store.id },
      update: {
        supported_currencies: [{ currency_code: "eur", is_default: true }, { currency_code: "usd" }],
        default_sales_channel_id: channel.id,
        default_region_id: regions[0].id,
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
      { name: "United States", geo_zones: [{ country_code: "us", type: "country" as const }] },
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
  const flatRate = (zone: string, name: string, code: string, description: string, eur: number, usd: number) => ({
    name,
    price_type: "flat" as const,
    provider_id: "manual_manual",
    service_zone_id: set.service_zones.find((z) => z.name === zone)!.id,
    shipping_profile_id: profile.id,
    type: { label: name, code, description },
    prices: [
      { currency_code: "eur", amount: eur },
      { currency_code: "usd", amount: usd },
    ],
    rules: [
      { attribute: "enabled_in_store", operator: "eq" as const, value: "true" },
      { attribute: "is_return", operator: "eq" as const, value: "false" },
    ],
  })
  await createShippingOptionsWorkflow(container).run({
    input: [
      flatRate("Europe", "Standard", "standard", "Three to five days.", 5, 6),
      flatRate("Europe", "Express", "express", "The next working day.", 12, 14),
      flatRate("United States", "Standard", "standard", "Five to eight days.", 9, 10),
      flatRate("United States", "Express", "express", "Two days.", 22, 24),
    ],
  })

  const { result: made } = await createProductCategoriesWorkflow(container).run({
    input: { product_categories: categories.map((category) => ({ ...category, is_active: true })) },
  })
  const categoryId = new Map(made.map((category) => [category.name, category.id]))
  await createProductsWorkflow(container).run({
    input: {
      products: products.map((product) => ({
        title: product.title,
        handle: product.handle,
        description: product.description,
        weight: product.weight,
        status: ProductStatus.PUBLISHED,
        category_ids: [categoryId.get(product.category)!],
        shipping_profile_id: profile.id,
        sales_channels: [{ id: channel.id }],
        options: [{ title: product.option, values: product.variants.map((variant) => variant.value) }],
        variants: product.variants.map((variant) => ({
          title: variant.value,
          sku: variant.sku,
          manage_inventory: true,
          options: { [product.option]: variant.value },
          prices: [
            { currency_code: "eur", amount: variant.eur },
            { currency_code: "usd", amount: variant.usd },
          ],
        })),
      })),
    },
  })

  const { data: items } = await query.graph({ entity: "inventory_item", fields: ["id"] })
  await createInventoryLevelsWorkflow(container).run({
    input: {
      inventory_levels: items.map(({ id }) => ({
        inventory_item_id: id,
        location_id: location.id,
        stocked_quantity: STOCK_PER_VARIANT,
      })),
    },
  })
}
