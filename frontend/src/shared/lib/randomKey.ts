const BYTES = 16;

/** For `Idempotency-Key`: 128 bits of chance. `crypto.randomUUID` is not there on plain http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
