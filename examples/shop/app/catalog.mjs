// What the shop sells. Prices are whole cents: sums of cents are exact.

export const CATEGORIES = ['Kitchen', 'Shelter', 'Light', 'Trail'];

const PRODUCTS = [
  {
    slug: 'enamel-mug', name: 'Enamel mug', category: 'Kitchen', cents: 1400, stock: 24, art: 'mug',
    blurb: 'Survives the campfire, the dishwasher and the drop from the tailgate.',
    facts: ['0.35 litres', 'Enamelled steel', '128 g'],
  },
  {
    slug: 'moka-pot', name: 'Moka pot', category: 'Kitchen', cents: 3200, stock: 9, art: 'moka',
    blurb: 'Three small cups of strong coffee before the others are awake.',
    facts: ['3 cups', 'Cast aluminium', '410 g'],
  },
  {
    slug: 'steel-thermos', name: 'Steel thermos', category: 'Kitchen', cents: 2900, stock: 18, art: 'thermos',
    blurb: 'Tea at breakfast is still tea at the summit.',
    facts: ['0.75 litres', 'Hot for 18 hours', '390 g'],
  },
  {
    slug: 'camp-stove', name: 'Camp stove', category: 'Kitchen', cents: 6400, stock: 7, art: 'stove',
    blurb: 'Boils a litre in three minutes and folds into a fist.',
    facts: ['2.8 kW', 'Screw cartridges', '92 g'],
  },
  {
    slug: 'wool-blanket', name: 'Wool blanket', category: 'Shelter', cents: 8900, stock: 11, art: 'blanket',
    blurb: 'Woven from lambswool in a mill that has done little else since 1904.',
    facts: ['140 × 200 cm', 'Lambswool', '1.1 kg'],
  },
  {
    slug: 'trail-tent', name: 'Trail tent', category: 'Shelter', cents: 24900, stock: 4, art: 'tent',
    blurb: 'Room for two and a dog, up in the time it takes to rain.',
    facts: ['2 people', 'Two poles', '1.9 kg'],
  },
  {
    slug: 'brass-lantern', name: 'Brass lantern', category: 'Light', cents: 5400, stock: 0, art: 'lantern',
    blurb: 'Twenty hours of warm light from one filling of lamp oil.',
    facts: ['20 hours', 'Solid brass', '640 g'],
  },
  {
    slug: 'headlamp', name: 'Headlamp', category: 'Light', cents: 3800, stock: 15, art: 'headlamp',
    blurb: 'Finds the path, the zip and the snorer. Has a red light for the tactful.',
    facts: ['400 lumens', 'USB-C', '74 g'],
  },
  {
    slug: 'canvas-backpack', name: 'Canvas backpack', category: 'Trail', cents: 11900, stock: 6, art: 'backpack',
    blurb: 'Waxed canvas and leather straps; grows handsome with rain.',
    facts: ['28 litres', 'Waxed canvas', '1.3 kg'],
  },
  {
    slug: 'dry-bag', name: 'Dry bag', category: 'Trail', cents: 2400, stock: 20, art: 'drybag',
    blurb: 'Rolls shut three times and then keeps a lake out of your socks.',
    facts: ['13 litres', 'Welded seams', '110 g'],
  },
  {
    slug: 'pocket-compass', name: 'Pocket compass', category: 'Trail', cents: 2700, stock: 13, art: 'compass',
    blurb: 'Knows where north is, even where the phone does not.',
    facts: ['Ø 48 mm', 'Liquid damped', '61 g'],
  },
  {
    slug: 'field-notebook', name: 'Field notebook', category: 'Trail', cents: 950, stock: 3, art: 'notebook',
    blurb: 'Takes pencil in the rain. Squared paper, for maps of your own.',
    facts: ['96 pages', 'Waterproof paper', '85 g'],
  },
];

const BY_SLUG = new Map(PRODUCTS.map((product) => [product.slug, product]));

const ORDERS = {
  featured: () => 0,
  'price-up': (a, b) => a.cents - b.cents,
  'price-down': (a, b) => b.cents - a.cents,
  name: (a, b) => a.name.localeCompare(b.name, 'en'),
};

export function findProduct(slug) {
  return BY_SLUG.get(slug);
}

export function listProducts({ query = '', category = '', sort = 'featured' } = {}) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const order = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : ORDERS.featured;
  return PRODUCTS.filter((product) => {
    const text = `${product.name} ${product.category} ${product.blurb}`.toLowerCase();
    return (!category || product.category === category) && words.every((word) => text.includes(word));
  }).sort(order);
}

export function related(product) {
  return PRODUCTS.filter((other) => other.category === product.category && other !== product && other.stock > 0)
    .concat(PRODUCTS.filter((other) => other.category !== product.category && other.stock > 0))
    .slice(0, 3);
}
