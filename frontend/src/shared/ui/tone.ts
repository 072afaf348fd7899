// What a colour means. No component tells something by tone alone: icon or words stand beside it.

export type Tone = "neutral" | "ok" | "warn" | "bad" | "info" | "accent";

export const toneText: Readonly<Record<Tone, string>> = {
  neutral: "text-ink-soft",
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  accent: "text-accent",
};

export const toneSoft: Readonly<Record<Tone, string>> = {
  neutral: "bg-sunken text-ink-soft",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  accent: "bg-accent-soft text-accent",
};
