/** In place of a chart that would be empty. */
export function NothingYet({ text }: { text: string }) {
  return <p className="rounded-xl border border-dashed border-line-strong px-4 py-8 text-center text-sm text-ink-soft">{text}</p>;
}
