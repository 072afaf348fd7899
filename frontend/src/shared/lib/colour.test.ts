import { expect, test } from "vitest";

import { accentsOf, contrast, parseHex } from "./colour";

const COLOURS = ["#1d4ed8", "#ffff00", "#000000", "#ffffff", "#00ff88", "#808080", "#a83f17", "#fde68a"];
const rgb = (hex: string) => parseHex(hex) ?? [0, 0, 0];

test("whatever colour the brand has, text in it and on it can be read in both themes", () => {
  for (const colour of COLOURS) {
    const accents = accentsOf(colour)!;
    expect(contrast(rgb(accents["--accent-light"]), rgb("#f3efe9")), colour).toBeGreaterThanOrEqual(4.49);
    expect(contrast(rgb(accents["--accent-dark"]), rgb("#231f1c")), colour).toBeGreaterThanOrEqual(4.49);
    for (const theme of ["light", "dark"] as const) {
      const on = contrast(rgb(accents[`--on-accent-${theme}`]), rgb(accents[`--accent-${theme}`]));
      expect(on, `${colour} ${theme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test("a colour that can be read as it is stays as it is", () => {
  expect(accentsOf("#1d4ed8")?.["--accent-light"]).toBe("#1d4ed8");
});

test("what is no colour is none", () => {
  for (const text of ["", "blue", "#12", "#12345g", "red;background:url(x)"]) expect(accentsOf(text)).toBeNull();
});
