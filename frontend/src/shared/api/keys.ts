// The keys of the Query cache. What the stream of events tells of is named here, for it makes these stale.

export const keys = {
  me: ["me"],
  quota: ["quota"],
  /** Every list of one's own stores, whatever its filters. */
  stores: ["stores"],
  store: (id: string) => ["store", id],
  storeEvents: (id: string) => ["store", id, "events"],
  /** Of any store; an operation does not always name its store. */
  operations: ["operation"],
  operation: (id: string) => ["operation", id],
  /** Everything that only operators see. */
  admin: ["admin"],
  /** Not under `admin`: an address does not change with what happens to stores. */
  userEmail: (id: string) => ["user-email", id],
  /** Not under `admin`: its page samples it at a pace of its own, which no event may disturb. */
  metrics: ["metrics"],
} as const;
