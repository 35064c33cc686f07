// Money, and the cart as the storefront knows it.

import { findProduct } from './catalog.ts';

export const MAX_QUANTITY = 99;

export interface Line {
  sku: string;
  price: number;
  quantity: number;
}

export interface Total {
  subtotal: number;
  discount: number;
  total: number;
}

/** Cents as customers read them: 1350 is €13.50. */
export function formatPrice(cents: number): string {
  return `${cents < 0 ? '−' : ''}€${(Math.abs(cents) / 100).toFixed(2)}`;
}

/** The cart in an address, `?assam=2&cup=1`. What the shop does not sell, and what is no quantity, is left out. */
export function readCart(query: URLSearchParams): Line[] {
  const lines: Line[] = [];
  for (const [sku, text] of query) {
    const product = findProduct(sku);
    const quantity = /^\d{1,4}$/.test(text) ? Math.min(Number(text), MAX_QUANTITY) : 0;
    if (product && quantity > 0) lines.push({ sku, price: product.price, quantity });
  }
  return lines;
}

/** The total without discounts, which only the cart service knows. */
export function estimate(lines: readonly Line[]): Total {
  const subtotal = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { subtotal, discount: 0, total: subtotal };
}
