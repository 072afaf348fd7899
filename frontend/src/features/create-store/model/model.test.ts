import { expect, test } from "vitest";

import { countries, likelyCountry, usualCurrency } from "./countries";
import { NAME_PATTERN, nameFromTitle } from "./slug";
import { requestOf, storeForm, type StoreForm } from "./storeForm";

test("a name is proposed from any title that has letters for one", () => {
  expect(
    ["Leyla's Lamps", "Café  Zürich!", "Straßenbäckerei", "3 Monkeys", "  --x--  ", "Ærø & Sons", "a".repeat(40)].map(
      nameFromTitle,
    ),
  ).toEqual(["leylas-lamps", "cafe-zurich", "strassenbackerei", "monkeys", "x", "aero-sons", "a".repeat(30)]);
  expect(nameFromTitle("Магазин")).toBe("");
});

test("what is proposed can be a name", () => {
  for (const title of ["A-- b", "Ünïcödé shop", "x".repeat(29) + " yz", "9 to 5 Goods"]) {
    expect(nameFromTitle(title)).toMatch(NAME_PATTERN);
  }
});

test("the currency follows the country", () => {
  expect(["DE", "US", "GB", "JP"].map(usualCurrency)).toEqual(["EUR", "USD", "GBP", "EUR"]);
});

test("the browser's language says where its user may be", () => {
  expect(likelyCountry(["fr", "fr-CH"])).toBe("CH");
  expect(likelyCountry(["zh-Hant-TW"])).toBe("TW");
  expect(likelyCountry(["en", "de"])).toBe("DE");
  expect(countries()).toHaveLength(249);
});

const FORM: StoreForm = {
  engine: "medusa",
  title: "Leyla's Lamps",
  name: "leylas-lamps",
  catalog: "minimal",
  theme: "astra",
  country: "FR",
  currency: "EUR",
  admin_email: "",
};

test("a request holds a theme only for an engine that has them, and nothing that is empty", () => {
  expect(requestOf(FORM)).toEqual({
    engine: "medusa",
    title: "Leyla's Lamps",
    name: "leylas-lamps",
    catalog: "minimal",
    country: "FR",
    currency: "EUR",
  });
  expect(requestOf({ ...FORM, engine: "woocommerce" })).toMatchObject({ theme: "astra" });
  expect(requestOf({ ...FORM, engine: "woocommerce", theme: "" })).not.toHaveProperty("theme");
});

test("the form refuses what the API would", () => {
  const isFine = (change: Partial<StoreForm>) => storeForm.safeParse({ ...FORM, ...change }).success;
  expect(isFine({})).toBe(true);
  for (const name of ["ab", "Ab-c", "a--b", "-ab", "ab-", "1ab", "a".repeat(31)]) expect(isFine({ name }), name).toBe(false);
  expect(isFine({ title: "   " })).toBe(false);
  expect(isFine({ admin_email: "leyla" })).toBe(false);
});
