import { useBrand } from "@/shared/api/brand";

/** The arch of a market's gate; or the operator's own logo. */
export function Mark({ className = "size-7" }: { className?: string }) {
  const { logo_url: logo } = useBrand();
  if (logo !== null) return <img src={logo} alt="" width={28} height={28} className={`object-contain ${className}`} />;
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M7 26V14.5a9 9 0 0 1 18 0V26"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <path d="M12.2 26v-8.5a3.8 3.8 0 0 1 7.6 0V26z" fill="var(--on-accent)" />
    </svg>
  );
}
