// What a shop can be opened with, in words. The API's document says which words it takes.

export const ENGINES = [
  {
    value: "medusa",
    title: "Medusa",
    text: "A modern commerce engine with a clean admin and an API for everything. For shops with a front of their own.",
    points: ["A fast admin", "API first", "A front of your own"],
  },
  {
    value: "woocommerce",
    title: "WooCommerce",
    text: "A shop inside WordPress, which half of the world's shopkeepers know. Themes, plugins, a blog beside the shelves.",
    points: ["Themes", "Plugins", "WordPress pages"],
  },
] as const;
export type Engine = (typeof ENGINES)[number]["value"];

export const CATALOGS = [
  { value: "fashion", title: "Fashion", text: "Shirts, knits, a straw hat. Editorial, with a warm ground." },
  { value: "electronics", title: "Electronics", text: "Headphones, monitors, a dock. Dense, with specs and stock." },
  { value: "minimal", title: "Minimal", text: "A mug, a lamp, a board. One thing at a time, much air." },
] as const;

/** For engines whose shop front has themes. The last two are there where the operator has brought their files. */
export const THEMES = [
  ...CATALOGS.map(({ value, title }) => ({ value, title })),
  { value: "astra", title: "Astra" },
  { value: "storefront", title: "Storefront" },
] as const;


export function hasThemes(engine: Engine): boolean {
  return engine === "woocommerce";
}
