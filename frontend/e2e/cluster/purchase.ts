// What a shopper's browser does in a Medusa shop, over the shop's own API. The order of the steps counts: a changed
// total throws payment sessions away, so the session comes last; and only `type: "order"` is an order.
import type { APIRequest, APIRequestContext } from "@playwright/test";

import type { Credentials } from "@/shared/api/schema.gen";

export type Order = { id: string; display_id: number; email: string; total: number };

const REQUEST_LIMIT_MS = 30_000;

/** A way to one shop, by the ingress where its name leads nowhere else. */
export function openShop(request: APIRequest, keys: Credentials, ingress: string | undefined): Promise<APIRequestContext> {
  const { origin, host, protocol } = new URL(keys.url);
  return request.newContext({
    baseURL: ingress === undefined ? origin : `${protocol}//${ingress}`,
    extraHTTPHeaders: { Host: host, "x-publishable-api-key": keys.publishable_key },
    timeout: REQUEST_LIMIT_MS,
  });
}

export async function buy(shop: APIRequestContext, email: string): Promise<Order> {
  const { regions } = await get<{ regions: { id: string; countries: { iso_2: string }[] }[] }>(shop, "/store/regions");
  const region = first(regions, "region");
  const country = first(region.countries, "country").iso_2;
  type Products = { products: { title: string; variants: { id: string }[] }[] };
  const { products } = await get<Products>(shop, `/store/products?region_id=${region.id}&limit=1&fields=*variants`);
  const variant = first(first(products, "product").variants, "variant");

  const { cart } = await post<{ cart: { id: string } }>(shop, "/store/carts", { region_id: region.id });
  const path = `/store/carts/${cart.id}`;
  await post(shop, `${path}/line-items`, { variant_id: variant.id, quantity: 1 });
  const address = {
    first_name: "Sample", last_name: "Shopper", address_1: "1 Market Lane", city: "Sampleton",
    postal_code: "10115", country_code: country, phone: "+49 30 123456",
  };
  await post(shop, path, { email, shipping_address: address, billing_address: address });

  type Options = { shipping_options: { id: string }[] };
  const { shipping_options: options } = await get<Options>(shop, `/store/shipping-options?cart_id=${cart.id}`);
  await post(shop, `${path}/shipping-methods`, { option_id: first(options, "way to ship").id });

  type Providers = { payment_providers: { id: string }[] };
  const { payment_providers: providers } = await get<Providers>(shop, `/store/payment-providers?region_id=${region.id}`);
  type Collection = { payment_collection: { id: string } };
  const { payment_collection: collection } = await post<Collection>(shop, "/store/payment-collections", { cart_id: cart.id });
  const provider = first(providers, "way to pay").id;
  await post(shop, `/store/payment-collections/${collection.id}/payment-sessions`, { provider_id: provider });

  const done = await post<{ type: string; order?: Order; error?: unknown }>(shop, `${path}/complete`, {});
  if (done.type !== "order" || done.order === undefined) throw new Error(`no order was made: ${JSON.stringify(done.error)}`);
  return done.order;
}

async function get<T>(shop: APIRequestContext, path: string): Promise<T> {
  return read<T>(await shop.get(path));
}

async function post<T>(shop: APIRequestContext, path: string, data: object): Promise<T> {
  return read<T>(await shop.post(path, { data }));
}

async function read<T>(answer: Awaited<ReturnType<APIRequestContext["get"]>>): Promise<T> {
  if (!answer.ok()) throw new Error(`${answer.status()} of ${answer.url()}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

function first<T>(items: readonly T[], what: string): T {
  const [item] = items;
  if (item === undefined) throw new Error(`the shop has no ${what}`);
  return item;
}
