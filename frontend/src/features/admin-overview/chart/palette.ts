// A canvas knows no classes: the colours of the theme, as they count now, and told anew when the theme changes.
import { useSyncExternalStore } from "react";

export type Palette = { series: readonly string[]; line: string; text: string; font: string };

const SERIES = ["--accent", "--info", "--ok", "--warn"] as const;

export function usePaletteKey(): string {
  return useSyncExternalStore(subscribe, paletteKey);
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: SERIES.map(read),
    line: read("--line"),
    text: read("--ink-faint"),
    font: `12px ${style.fontFamily}`,
  };
}

/** Theme and brand are both on the root element. */
function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "style"] });
  return () => observer.disconnect();
}

function paletteKey(): string {
  const root = document.documentElement;
  return `${root.dataset.theme ?? ""} ${root.style.cssText}`;
}
