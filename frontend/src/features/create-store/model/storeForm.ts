// The form of a new store, and the request that it becomes.
import * as z from "zod/mini";

import type { CreateStore } from "@/shared/api/schema.gen";

import { CURRENCIES } from "./countries";
import { hasThemes } from "./offers";
import { NAME_MAX, NAME_MIN, NAME_PATTERN } from "./slug";

const TITLE_MAX = 120;

export const storeForm = z.object({
  engine: z.enum(["medusa", "woocommerce"]),
  title: z
    .string()
    .check(z.trim(), z.minLength(1, "Type what visitors will read"), z.maxLength(TITLE_MAX, `At most ${TITLE_MAX} characters`)),
  name: z
    .string()
    .check(
      z.minLength(NAME_MIN, `At least ${NAME_MIN} characters`),
      z.maxLength(NAME_MAX, `At most ${NAME_MAX} characters`),
      z.regex(NAME_PATTERN, "Small letters, digits and single hyphens, a letter first"),
    ),
  catalog: z.enum(["fashion", "electronics", "minimal"]),
  /** Empty: the one drawn for the catalogue. */
  theme: z.enum(["", "fashion", "electronics", "minimal", "astra", "storefront"]),
  country: z.string().check(z.regex(/^[A-Z]{2}$/, "Choose a country")),
  currency: z.enum(CURRENCIES),
  admin_email: z.string().check(z.trim(), z.regex(/^(\S+@\S+)?$/, "Type an e-mail address, or nothing")),
});
export type StoreForm = z.infer<typeof storeForm>;

export const STORE_FIELDS = [
  "engine",
  "title",
  "name",
  "catalog",
  "theme",
  "country",
  "currency",
  "admin_email",
] as const satisfies readonly (keyof StoreForm)[];

export function requestOf({ theme, admin_email: adminEmail, ...form }: StoreForm): CreateStore {
  return {
    ...form,
    ...(hasThemes(form.engine) && theme !== "" ? { theme } : {}),
    ...(adminEmail === "" ? {} : { admin_email: adminEmail }),
  };
}
