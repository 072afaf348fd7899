/** The Souk under test. It must serve this dashboard, and `SOUK_PUBLIC_URL` must be just this address. */
export const ADDRESS = (process.env.SOUK_E2E_URL ?? "http://127.0.0.1:3001").replace(/\/$/, "");

/** What a run has to be told; there is no default that would be right. */
export function told(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; see e2e/README.md`);
  return value;
}
