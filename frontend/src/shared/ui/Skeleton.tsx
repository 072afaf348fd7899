/** Holds the place of what is loading, in its final size, so that nothing moves when it comes. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <span aria-hidden className={`block animate-shimmer rounded-md bg-line/80 ${className}`} />;
}

/** Says once to those who listen that something is loading; the skeletons themselves are silent. */
export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="sr-only">
      Loading {what}
    </p>
  );
}
