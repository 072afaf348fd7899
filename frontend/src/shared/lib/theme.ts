// Light, dark, or as the system has it. `public/theme.js` does the same before the first paint, from what is kept here.
import { accentsOf } from "./colour";
import { observable, useObservable } from "./observable";

export type ThemeChoice = "system" | "light" | "dark";

const CHOICE = "souk.theme";
const ACCENTS = "souk.accents";

const choice = observable<ThemeChoice>(kept());
const system = typeof matchMedia === "undefined" ? null : matchMedia("(prefers-color-scheme: dark)");
system?.addEventListener("change", show);

export function useThemeChoice(): ThemeChoice {
  return useObservable(choice);
}

export function chooseTheme(next: ThemeChoice): void {
  choice.set(next);
  keep(CHOICE, next === "system" ? null : next);
  show();
}

/** The brand's colour, as accent of both themes; null is Souk's own. */
export function applyBrandColour(colour: string | null): void {
  const accents = colour === null ? null : accentsOf(colour);
  const style = document.documentElement.style;
  for (const name of ["--accent-light", "--on-accent-light", "--accent-dark", "--on-accent-dark"] as const) {
    if (accents === null) style.removeProperty(name);
    else style.setProperty(name, accents[name]);
  }
  keep(ACCENTS, accents === null ? null : JSON.stringify(accents));
}

function show(): void {
  const now = choice.get();
  const dark = now === "dark" || (now === "system" && system?.matches === true);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function kept(): ThemeChoice {
  try {
    const value = localStorage.getItem(CHOICE);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // It counts for this page only, then.
  }
}
