/** The words of the API for what a shop runs on. */
export const ENGINES = ["medusa", "woocommerce"] as const;
export type EngineWord = (typeof ENGINES)[number];
