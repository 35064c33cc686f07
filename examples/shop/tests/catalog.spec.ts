import { expect, test } from '@playwright/test';

import { cartLink, product } from './shop.ts';

test.describe('catalogue', { tag: '@regression' }, () => {
  test('shows every product with its price', { tag: ['@smoke', '@mobile'] }, async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Good things for nights outside');
    await expect(page.getByRole('article')).toHaveCount(12);
    await expect(product(page, 'Enamel mug')).toContainText('€14.00');
    await expect(product(page, 'Trail tent')).toContainText('Only 4 left');
  });

  test('search finds words in names and descriptions', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('searchbox').fill('rain');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.getByText('3 products for “rain”')).toBeVisible();
    await expect(page.getByRole('article').getByRole('heading')).toHaveText(['Trail tent', 'Canvas backpack', 'Field notebook']);
  });

  test('search without a match says so', async ({ page }) => {
    await page.goto('/?q=zeppelin');
    await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
    await page.getByRole('link', { name: 'see everything' }).click();
    await expect(page.getByRole('article')).toHaveCount(12);
  });

  test('a category and a sort order work together', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Kitchen' }).click();
    await page.getByLabel('Sort by').selectOption('Price: low to high');
    await expect(page).toHaveURL(/category=Kitchen.*sort=price-up/);
    await expect(page.getByRole('article').getByRole('heading')).toHaveText(['Enamel mug', 'Steel thermos', 'Moka pot', 'Camp stove']);
  });

  test('a product goes into the cart straight from the list', { tag: ['@smoke', '@mobile'] }, async ({ page }) => {
    await page.goto('/?category=Light');
    await product(page, 'Headlamp').getByRole('button', { name: 'Add Headlamp to cart' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Headlamp is in your cart.' })).toBeVisible();
    await expect(cartLink(page)).toHaveAccessibleName('Cart, 1 item');
    await expect(page, 'the filter stays').toHaveURL(/category=Light/);
  });
});
