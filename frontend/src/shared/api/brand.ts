// What this Souk calls itself, and what its pages must know before anybody signs in.
import { queryOptions, useQuery } from "@tanstack/react-query";

export type Brand = {
  name: string;
  logo_url: string | null;
  /** The accent, as `#rrggbb`. */
  colour: string | null;
  /** No cluster: stores are pretended. */
  simulated: boolean;
  store_domain_suffix: string;
  ingress_port: number | null;
  registration: "open" | "setup_token";
  version: string;
};

const DEFAULTS: Brand = {
  name: "Souk",
  logo_url: null,
  colour: null,
  simulated: false,
  store_domain_suffix: "localhost",
  ingress_port: null,
  registration: "open",
  version: "",
};

export const brandQuery = queryOptions({
  queryKey: ["brand"],
  queryFn: async ({ signal }): Promise<Brand> => {
    const response = await fetch("/api/v1/brand", { signal });
    // A Souk that does not know the address has no brand of its own.
    if (response.status === 404) return DEFAULTS;
    if (!response.ok) throw new Error(`brand: ${response.status}`);
    return { ...DEFAULTS, ...((await response.json()) as Partial<Brand>) };
  },
  staleTime: Infinity,
});

export function useBrand(): Brand {
  return useQuery(brandQuery).data ?? DEFAULTS;
}
