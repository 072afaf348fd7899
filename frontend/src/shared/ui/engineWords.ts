const ENGINES: Readonly<Record<string, { name: string; admin: string }>> = {
  medusa: { name: "Medusa", admin: "Medusa's admin" },
  woocommerce: { name: "WooCommerce", admin: "WordPress" },
};

export function engineName(engine: string): string {
  return ENGINES[engine]?.name ?? engine;
}

export function engineAdmin(engine: string): string {
  return ENGINES[engine]?.admin ?? "its admin";
}

/** Where each engine's admin is, below the shop's address. */
const ADMIN_PATHS: Readonly<Record<string, string>> = { medusa: "/app", woocommerce: "/wp-admin/" };

export function adminUrl(store: { engine: string; url: string }): string {
  return store.url + (ADMIN_PATHS[store.engine] ?? "/");
}
