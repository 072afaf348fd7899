/** Inputs, selects and text areas look alike. */
export const controlClass =
  "w-full rounded-lg text-base sm:text-sm border border-edge/70 bg-surface px-3 text-ink shadow-card transition-colors placeholder:text-ink-faint hover:border-edge focus-visible:border-accent focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-ink-faint aria-invalid:border-bad";
