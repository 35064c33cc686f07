import { expect, test } from '@playwright/test';

import { addToCart, cartLine, cartLink, haveInCart } from './shop.ts';

test.describe('cart', { tag: '@regression' }, () => {
  test('adds up quantities, lines and delivery', { tag: ['@smoke', '@mobile'] }, async ({ page }) => {
    await addToCart(page, 'enamel-mug', 2);
    await addToCart(page, 'dry-bag');
    await expect(cartLine(page, 'Enamel mug')).toContainText('€28.00');
    await expect(page.getByTestId('subtotal')).toHaveText('€52.00');
    await expect(page.getByTestId('shipping')).toHaveText('€4.90');
    await expect(page.getByTestId('total')).toHaveText('€56.90');
    await expect(cartLink(page)).toHaveAccessibleName('Cart, 3 items');
  });

  test('one more and one less change the total', async ({ page }) => {
    await haveInCart(page, { 'pocket-compass': 1 });
    await page.goto('/cart');
    const line = cartLine(page, 'Pocket compass');
    await line.getByRole('button', { name: 'One more' }).click();
    await expect(page.getByTestId('subtotal')).toHaveText('€54.00');
    await line.getByRole('button', { name: 'One less' }).click();
    await expect(page.getByTestId('subtotal')).toHaveText('€27.00');
  });

  test('delivery is free from 75 euros', async ({ page }) => {
    await haveInCart(page, { 'camp-stove': 1 });
    await page.goto('/cart');
    await expect(page.getByText('Add €11.00 more for free delivery.')).toBeVisible();
    await addToCart(page, 'dry-bag');
    await expect(page.getByTestId('shipping')).toHaveText('free');
    await expect(page.getByTestId('total')).toHaveText('€88.00');
  });

  test('never holds more than the stock', async ({ page }) => {
    await addToCart(page, 'field-notebook', 8);
    await expect(page.getByRole('alert')).toHaveText('Field notebook: only 3 can be ordered.');
    await expect(cartLine(page, 'Field notebook').getByLabel('Quantity')).toHaveValue('3');
    await expect(page.getByTestId('subtotal')).toHaveText('€28.50');
  });

  test('removing the last line empties the cart', async ({ page }) => {
    await haveInCart(page, { 'moka-pot': 1 });
    await page.goto('/cart');
    await page.getByRole('button', { name: 'Remove Moka pot' }).click();
    await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
    await expect(cartLink(page)).toHaveAccessibleName('Cart, 0 items');
  });
});
