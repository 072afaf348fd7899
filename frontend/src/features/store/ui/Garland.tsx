const FLAGS = 30;
const STEP = 44;
const FILLS = [
  "var(--accent)",
  "color-mix(in oklab, var(--accent) 40%, #f0dcc0)",
  "color-mix(in oklab, var(--accent) 18%, #3d7f86)",
  "color-mix(in oklab, var(--accent) 16%, #6b7686)",
];

/** Bunting over the door of a new shop. */
export function Garland() {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${FLAGS * STEP} 60`}
      className="absolute inset-x-0 top-0 h-14 w-[82.5rem] max-w-none"
      preserveAspectRatio="xMinYMin slice"
    >
      {Array.from({ length: FLAGS }, (_, index) => {
        const x = index * STEP;
        const drop = 8 + 10 * Math.sin((index / FLAGS) * Math.PI * 5) ** 2;
        return (
          <path
            key={index}
            d={`M${x + 4} ${drop}h${STEP - 8}l${-(STEP - 8) / 2} 34z`}
            fill={FILLS[index % FILLS.length]}
            className="animate-rise"
            style={{ animationDelay: `${index * 24}ms` }}
          />
        );
      })}
    </svg>
  );
}
