import { isProblem } from "@/shared/api/problem";
import { problemWords } from "@/shared/api/problemWords";

import { toast } from "./toasts";

/** For small acts without a place of their own to show an error. */
export function toastProblem(error: unknown): void {
  const { title, text, advice } = problemWords(error);
  const reference = isProblem(error) ? error.correlationId : null;
  toast(title, { tone: "bad", text: [text, advice].filter(Boolean).join(" "), reference });
}
