import { encode } from "uqr";

/** The quiet ground around a code, in modules: ISO/IEC 18004 asks for four. */
const QUIET_ZONE = 4;

/** A QR code as one path of squares of 1 by 1, and how many of them make a side. */
export function qrPath(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  let path = "";
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return { size, path };
}
