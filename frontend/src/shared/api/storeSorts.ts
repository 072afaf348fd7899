/** The words of the API for the orders of a list of stores. */
export const STORE_SORTS = ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"] as const;
export type StoreSort = (typeof STORE_SORTS)[number];
export const USUAL_STORE_SORT = "-created_at" satisfies StoreSort;
