// An operator's brand colour, made fit to be read: any colour may be asked for, yet text in it and on it must keep
// the contrast of WCAG AA on Souk's light and dark grounds.

type Rgb = readonly [number, number, number];

/** WCAG 2.2, 1.4.3. */
const MIN_CONTRAST = 4.5;
const LIGHT_GROUND: Rgb = [244, 241, 236];
const DARK_GROUND: Rgb = [36, 32, 29];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [20, 18, 16];
const STEPS = 40;

export type Accents = Readonly<
  Record<"--accent-light" | "--on-accent-light" | "--accent-dark" | "--on-accent-dark", string>
>;

export function parseHex(text: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (match === null) return null;
  const [, red = "", green = "", blue = ""] = match;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The brand's colour for both themes, or null where it is no colour. */
export function accentsOf(colour: string): Accents | null {
  const brand = parseHex(colour);
  if (brand === null) return null;
  const light = readableOn(brand, LIGHT_GROUND, BLACK);
  const dark = readableOn(brand, DARK_GROUND, WHITE);
  return {
    "--accent-light": css(light),
    "--on-accent-light": css(inkOn(light)),
    "--accent-dark": css(dark),
    "--on-accent-dark": css(inkOn(dark)),
  };
}

/** The nearest colour on the way to `towards` that can be read on `ground`. */
function readableOn(colour: Rgb, ground: Rgb, towards: Rgb): Rgb {
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = mix(colour, towards, step / STEPS);
    if (contrast(mixed, ground) >= MIN_CONTRAST) return mixed;
  }
  return towards;
}

function inkOn(colour: Rgb): Rgb {
  return contrast(WHITE, colour) >= MIN_CONTRAST ? WHITE : BLACK;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [part(0), part(1), part(2)];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function css(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
