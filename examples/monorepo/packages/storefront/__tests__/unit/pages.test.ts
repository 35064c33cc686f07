import { expect, test } from '@jest/globals';

import { cartPage, escape, messagePage } from '../../src/pages.ts';

test('words from a visitor are shown, never executed', () => {
  expect(escape('<b title="x">')).toBe('&#60;b title=&#34;x&#34;&#62;');
  expect(messagePage('Sorry', '<script>')).not.toContain('<script>');
});

test('a discount has a row of its own', () => {
  const page = cartPage([{ sku: 'cup', price: 1200, quantity: 1 }], { subtotal: 1200, discount: 120, total: 1080 });
  expect(page).toContain('<tr><th>Discount<td><td>−€1.20<tr><th>Total<td><td>€10.80');
});

test('without a discount there is no such row', () => {
  const page = cartPage([{ sku: 'cup', price: 1200, quantity: 1 }], { subtotal: 1200, discount: 0, total: 1200 });
  expect(page).not.toContain('Discount');
});
