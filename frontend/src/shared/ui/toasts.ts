// Short words about what was done, from anywhere; `Toasts` shows them. An error that needs an act stands on its page
// instead, where it stays.
import { observable } from "@/shared/lib/observable";

import type { Tone } from "./tone";

export type Toast = { id: number; tone: Tone; title: string; text: string | null; reference: string | null };

const SHOWN_AT_ONCE = 3;

export const toasts = observable<readonly Toast[]>([]);
let last = 0;

type Words = { text?: string | null; tone?: Tone; reference?: string | null };

export function toast(title: string, { text = null, tone = "ok", reference = null }: Words = {}): void {
  last += 1;
  toasts.set([...toasts.get(), { id: last, tone, title, text, reference }].slice(-SHOWN_AT_ONCE));
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((shown) => shown.id !== id));
}
