// The market at the hour when it opens: a drawing in the colours of the theme and of the brand.

const WIDTH = 900;
const HEIGHT = 1000;
const GROUND = 850;

type Stall = { x: number; width: number; height: number; stripe: string; goods: readonly Good[] };
type Good = { shape: "jar" | "box" | "lamp" | "cloth"; at: number; size: number; fill: string };

const CLAY = "var(--accent)";
const SAND = "color-mix(in oklab, var(--accent) 35%, #f0dcc0)";
const SEA = "color-mix(in oklab, var(--accent) 18%, #3d7f86)";
const NIGHT = "color-mix(in oklab, var(--accent) 16%, #39424f)";
const PAPER = "color-mix(in oklab, #fbf3ea 92%, var(--accent))";
const WALL = "color-mix(in oklab, var(--sunken) 78%, var(--accent))";
const WALL_EDGE = "color-mix(in oklab, var(--sunken) 62%, var(--accent))";
const INSIDE = "color-mix(in oklab, var(--ink) 72%, var(--accent))";
const DARKNESS = "color-mix(in oklab, #1a1411 84%, var(--accent))";

const STALLS: readonly Stall[] = [
  {
    x: 60,
    width: 200,
    height: 430,
    stripe: CLAY,
    goods: [
      { shape: "jar", at: 0.2, size: 62, fill: SAND },
      { shape: "jar", at: 0.46, size: 84, fill: SEA },
      { shape: "jar", at: 0.76, size: 54, fill: CLAY },
    ],
  },
  {
    x: 350,
    width: 200,
    height: 520,
    stripe: SEA,
    goods: [
      { shape: "lamp", at: 0.3, size: 60, fill: SAND },
      { shape: "lamp", at: 0.7, size: 90, fill: SAND },
      { shape: "box", at: 0.28, size: 70, fill: CLAY },
      { shape: "box", at: 0.68, size: 96, fill: NIGHT },
    ],
  },
  {
    x: 640,
    width: 200,
    height: 430,
    stripe: NIGHT,
    goods: [
      { shape: "cloth", at: 0.28, size: 120, fill: CLAY },
      { shape: "cloth", at: 0.52, size: 150, fill: SAND },
      { shape: "cloth", at: 0.76, size: 104, fill: SEA },
    ],
  },
];

export function Arcade() {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="xMidYMax slice" className="absolute inset-0 size-full">
      <circle cx="450" cy="250" r="128" fill={SAND} opacity="0.75" />
      <circle cx="450" cy="250" r="190" fill={SAND} opacity="0.2" />
      <path d={`M-200 ${GROUND}V420q120-46 220-20t240-40 300 20 260-30 280 40V${GROUND}z`} fill={WALL} opacity="0.55" />
      <rect x="-400" y="560" width="1700" height={GROUND - 560} fill={WALL} />
      <rect x="-400" y="548" width="1700" height="14" fill={WALL_EDGE} />
      {STALLS.map((stall) => (
        <StallPicture key={stall.x} stall={stall} />
      ))}
      <rect x="-400" y={GROUND} width="1700" height="400" fill={WALL_EDGE} />
      <rect x="-400" y={GROUND} width="1700" height="10" fill={WALL} />
    </svg>
  );
}

function StallPicture({ stall }: { stall: Stall }) {
  const { x, width, height } = stall;
  const top = GROUND - height;
  return (
    <g>
      <path d={arch(x - 24, top - 30, width + 48, height + 30)} fill={PAPER} />
      <path d={arch(x, top, width, height)} fill={DARKNESS} opacity="0.9" />
      <path d={arch(x + 14, top + 16, width - 28, height - 16)} fill={INSIDE} opacity="0.16" />
      {stall.goods.map((good) => (
        <GoodPicture key={`${good.shape}${good.at}`} good={good} stall={stall} />
      ))}
      <rect x={x - 8} y={GROUND - 92} width={width + 16} height="92" rx="4" fill={PAPER} />
      <rect x={x - 8} y={GROUND - 92} width={width + 16} height="12" rx="4" fill={stall.stripe} />
      <Awning stall={stall} />
    </g>
  );
}

/** A gate with a horseshoe's top. */
function arch(x: number, y: number, width: number, height: number): string {
  const radius = width / 2;
  return `M${x} ${y + height}V${y + radius}A${radius} ${radius} 0 0 1 ${x + width} ${y + radius}V${y + height}z`;
}

const STRIPES = 6;

function Awning({ stall: { x, width, height, stripe } }: { stall: Stall }) {
  const y = GROUND - height + width / 2 - 26;
  const left = x - 26;
  const step = (width + 52) / STRIPES;
  return (
    <g>
      {Array.from({ length: STRIPES }, (_, index) => {
        const from = left + index * step;
        return (
          <path
            key={index}
            d={`M${from} ${y}h${step}v62a${step / 2} ${step / 2} 0 0 1 ${-step} 0z`}
            fill={index % 2 === 0 ? stripe : PAPER}
          />
        );
      })}
      <rect x={left - 4} y={y - 8} width={width + 60} height="12" rx="6" fill={WALL_EDGE} />
    </g>
  );
}

function GoodPicture({ good: { shape, at, size, fill }, stall }: { good: Good; stall: Stall }) {
  const centre = stall.x + stall.width * at;
  const shelf = GROUND - 92;
  if (shape === "jar") {
    return (
      <path
        d={`M${centre - size * 0.16} ${shelf - size * 1.35}h${size * 0.32}v${size * 0.24}q${size * 0.42} ${size * 0.2} ${size * 0.42} ${size * 0.66}t${-size * 0.3} ${size * 0.45}h${-size * 0.56}q${-size * 0.3} 0 ${-size * 0.3} ${-size * 0.45}t${size * 0.42} ${-size * 0.66}z`}
        fill={fill}
      />
    );
  }
  if (shape === "box") {
    return <rect x={centre - size / 2} y={shelf - size * 0.62} width={size} height={size * 0.62} rx="4" fill={fill} />;
  }
  if (shape === "cloth") {
    return <path d={`M${centre - 26} ${shelf - 210}h52v${size}q-13 12-26 0t-26 0z`} fill={fill} />;
  }
  const top = GROUND - stall.height + stall.width / 2 + 40;
  return (
    <g>
      <line x1={centre} y1={top - 20} x2={centre} y2={top + size * 0.6} stroke={PAPER} strokeWidth="2" />
      <ellipse cx={centre} cy={top + size * 0.9} rx={size * 0.3} ry={size * 0.38} fill={fill} />
      <ellipse cx={centre} cy={top + size * 0.9} rx={size * 0.72} ry={size * 0.8} fill={fill} opacity="0.18" />
    </g>
  );
}
