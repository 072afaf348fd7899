import { expect, it } from "vitest";

import { qrPath } from "./qrPath";

const URI = "otpauth://totp/Souk:leyla%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Souk";

it("draws the three finders of a QR code, inside a quiet zone of four", () => {
  const { size, path } = qrPath(URI);
  expect((size - 8 - 17) % 4).toBe(0);
  const dark = new Set(path.split("M").map((square) => square.split("h")[0]));
  // The upper edge of a finder is seven dark modules, with nothing before and a light one behind.
  for (let x = 4; x < 11; x += 1) expect(dark.has(`${x} 4`)).toBe(true);
  expect(dark.has("11 4")).toBe(false);
  expect(dark.has("3 4")).toBe(false);
  expect(dark.has(`${size - 5} 4`)).toBe(true);
  expect(dark.has(`4 ${size - 5}`)).toBe(true);
});
