import { describe, expect, test } from '@jest/globals';

import { estimate, formatPrice, readCart } from '../../src/price.ts';

describe('formatPrice', () => {
  test.each([
    [0, '€0.00'],
    [5, '€0.05'],
    [1350, '€13.50'],
    [-120, '−€1.20'],
  ])('%d cents are %s', (cents, expected) => {
    expect(formatPrice(cents)).toBe(expected);
  });
});

describe('readCart', () => {
  test('takes products with their prices', () => {
    expect(readCart(new URLSearchParams('assam=2&cup=1'))).toEqual([
      { sku: 'assam', price: 450, quantity: 2 },
      { sku: 'cup', price: 1200, quantity: 1 },
    ]);
  });

  test.each(['coffee=1', 'assam=0', 'assam=-1', 'assam=1.5', 'assam=many', 'coupon=TEATIME'])('leaves out %s', (query) => {
    expect(readCart(new URLSearchParams(query))).toEqual([]);
  });

  test('holds no more than 99 of a product', () => {
    expect(readCart(new URLSearchParams('assam=1000'))).toEqual([{ sku: 'assam', price: 450, quantity: 99 }]);
  });
});

describe('estimate', () => {
  test('of an empty cart is nothing', () => {
    expect(estimate([])).toEqual({ subtotal: 0, discount: 0, total: 0 });
  });

  test('adds up all lines and knows no discount', () => {
    const lines = [{ sku: 'assam', price: 450, quantity: 3 }, { sku: 'cup', price: 1200, quantity: 1 }];
    expect(estimate(lines)).toEqual({ subtotal: 2550, discount: 0, total: 2550 });
  });
});
