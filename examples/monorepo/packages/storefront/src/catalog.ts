// What the shop sells. Prices are whole cents: money is never a float.

export interface Product {
  sku: string;
  name: string;
  price: number;
}

export const PRODUCTS: readonly Product[] = [
  { sku: 'assam', name: 'Assam, 100 g', price: 450 },
  { sku: 'sencha', name: 'Sencha, 100 g', price: 690 },
  { sku: 'cup', name: 'Stoneware cup', price: 1200 },
];

export function findProduct(sku: string): Product | undefined {
  return PRODUCTS.find((product) => product.sku === sku);
}
