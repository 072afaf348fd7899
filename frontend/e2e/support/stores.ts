import type { CreateStore, Store, StoreDetails } from "@/shared/api/schema.gen";

import { good } from "./api";
import type { Person } from "./people";

/** As the API has it: a creation may be waited for so long. */
const WAIT_S = 25;

/** Asked for, and perhaps not begun yet. */
export async function askForStore(owner: Person, store: Partial<CreateStore> & { name: string }): Promise<Store> {
  const body: CreateStore = { engine: "medusa", ...store };
  const accepted = await good(owner.api.POST("/api/v1/stores", { body }));
  if (!("store" in accepted)) throw new Error(`${store.name} was not accepted, but answered with`);
  return accepted.store;
}

/** A shop that is open. */
export async function openStore(owner: Person, store: Partial<CreateStore> & { name: string }): Promise<StoreDetails> {
  const body: CreateStore = { engine: "medusa", ...store };
  const header = { Prefer: `wait=${WAIT_S}` };
  const { data, error, response } = await owner.api.POST("/api/v1/stores", { body, params: { header } });
  if (response.status !== 201) throw new Error(`${store.name} is not open: ${response.status} ${JSON.stringify(error ?? data)}`);
  const { items } = await good(owner.api.GET("/api/v1/stores", { params: { query: { q: store.name } } }));
  const made = items.find(({ name }) => name === store.name);
  if (made === undefined) throw new Error(`${store.name} is not in the list`);
  return good(owner.api.GET("/api/v1/stores/{id}", { params: { path: { id: made.id } } }));
}
