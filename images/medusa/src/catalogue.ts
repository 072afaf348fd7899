// The sample catalogue that every new store opens with: 3 categories, 12 products.
// `usd` is asked for on its own and never converted: a shop's prices are round in each currency.

export type SampleProduct = {
  title: string
  handle: string
  category: "Kitchen" | "Textiles" | "Lighting"
  description: string
  weight: number // grams
  option: string
  variants: { value: string; sku: string; eur: number; usd: number }[]
}

export const categories = [
  { name: "Kitchen", handle: "kitchen", description: "Boards, mugs and pots for every day." },
  { name: "Textiles", handle: "textiles", description: "Woven and sewn, for table, sofa and bed." },
  { name: "Lighting", handle: "lighting", description: "Lanterns, candles and lamps." },
] as const

export const products: SampleProduct[] = [
  {
    title: "Olive Wood Board", handle: "olive-wood-board", category: "Kitchen", weight: 1200, option: "Size",
    description: "Cut from one piece of olive wood and oiled by hand. No two have the same grain.",
    variants: [
      { value: "Small", sku: "BOARD-S", eur: 29, usd: 32 },
      { value: "Large", sku: "BOARD-L", eur: 49, usd: 54 },
    ],
  },
  {
    title: "Stoneware Mug", handle: "stoneware-mug", category: "Kitchen", weight: 380, option: "Colour",
    description: "Holds 300 ml, keeps warm, and goes into the dishwasher.",
    variants: [
      { value: "Sand", sku: "MUG-SAND", eur: 16, usd: 18 },
      { value: "Ink", sku: "MUG-INK", eur: 16, usd: 18 },
      { value: "Olive", sku: "MUG-OLIVE", eur: 16, usd: 18 },
    ],
  },
  {
    title: "Copper Coffee Pot", handle: "copper-coffee-pot", category: "Kitchen", weight: 420, option: "Cups",
    description: "Hammered copper with a tin lining and a long brass handle.",
    variants: [
      { value: "2", sku: "POT-2", eur: 34, usd: 38 },
      { value: "4", sku: "POT-4", eur: 44, usd: 48 },
    ],
  },
  {
    title: "Tea Glass Set", handle: "tea-glass-set", category: "Kitchen", weight: 640, option: "Pieces",
    description: "Thin glasses on small saucers, to see the colour of the tea.",
    variants: [{ value: "6", sku: "GLASS-6", eur: 24, usd: 26 }],
  },
  {
    title: "Linen Tablecloth", handle: "linen-tablecloth", category: "Textiles", weight: 700, option: "Size",
    description: "Washed European linen that needs no iron.",
    variants: [
      { value: "140 x 180", sku: "CLOTH-180", eur: 59, usd: 65 },
      { value: "140 x 260", sku: "CLOTH-260", eur: 79, usd: 87 },
    ],
  },
  {
    title: "Wool Throw", handle: "wool-throw", category: "Textiles", weight: 900, option: "Colour",
    description: "Soft lambswool with a hand-knotted fringe, 130 by 180 cm.",
    variants: [
      { value: "Rust", sku: "THROW-RUST", eur: 89, usd: 98 },
      { value: "Oat", sku: "THROW-OAT", eur: 89, usd: 98 },
    ],
  },
  {
    title: "Canvas Apron", handle: "canvas-apron", category: "Textiles", weight: 350, option: "Colour",
    description: "Heavy cotton, cross-back straps, two pockets that hold.",
    variants: [
      { value: "Charcoal", sku: "APRON-CHARCOAL", eur: 39, usd: 43 },
      { value: "Clay", sku: "APRON-CLAY", eur: 39, usd: 43 },
    ],
  },
  {
    title: "Kilim Cushion", handle: "kilim-cushion", category: "Textiles", weight: 500, option: "Size",
    description: "Flat-woven wool in front, cotton at the back, with its filling.",
    variants: [
      { value: "40 x 40", sku: "CUSHION-40", eur: 42, usd: 46 },
      { value: "50 x 50", sku: "CUSHION-50", eur: 52, usd: 57 },
    ],
  },
  {
    title: "Brass Lantern", handle: "brass-lantern", category: "Lighting", weight: 1500, option: "Height",
    description: "Pierced by hand: a pattern of light on every wall.",
    variants: [
      { value: "25 cm", sku: "LANTERN-25", eur: 69, usd: 76 },
      { value: "40 cm", sku: "LANTERN-40", eur: 99, usd: 109 },
    ],
  },
  {
    title: "Paper Pendant", handle: "paper-pendant", category: "Lighting", weight: 300, option: "Width",
    description: "A round shade of rice paper on a frame of bamboo.",
    variants: [
      { value: "45 cm", sku: "PENDANT-45", eur: 35, usd: 39 },
      { value: "60 cm", sku: "PENDANT-60", eur: 45, usd: 49 },
    ],
  },
  {
    title: "Beeswax Candles", handle: "beeswax-candles", category: "Lighting", weight: 260, option: "Pieces",
    description: "Dipped from pure beeswax. They burn for seven hours and smell of honey.",
    variants: [{ value: "4", sku: "CANDLE-4", eur: 18, usd: 20 }],
  },
  {
    title: "Clay Oil Lamp", handle: "clay-oil-lamp", category: "Lighting", weight: 450, option: "Glaze",
    description: "Thrown on the wheel; burns any clear lamp oil.",
    variants: [
      { value: "White", sku: "LAMP-WHITE", eur: 27, usd: 30 },
      { value: "Blue", sku: "LAMP-BLUE", eur: 27, usd: 30 },
    ],
  },
]
