// What a browser says it is, short enough for a list. It is a claim and nothing more: the whole text stands beside it.

type Pattern = readonly [RegExp, string];

/** The first that fits; many name others, too, so the order counts. */
const PROGRAMS: readonly Pattern[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
];

const SYSTEMS: readonly Pattern[] = [
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bWindows NT\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const LONGEST = 40;

export function deviceWords(userAgent: string | null | undefined): string {
  if (!userAgent) return "Unknown program";
  const program = firstFit(PROGRAMS, userAgent);
  const system = firstFit(SYSTEMS, userAgent);
  if (program === undefined) return userAgent.slice(0, LONGEST);
  return system === undefined ? program : `${program} on ${system}`;
}

export function isPhone(userAgent: string | null | undefined): boolean {
  return /\b(?:Android|iPhone|iPad)\b/.test(userAgent ?? "");
}

function firstFit(patterns: readonly Pattern[], text: string): string | undefined {
  return patterns.find(([pattern]) => pattern.test(text))?.[1];
}
