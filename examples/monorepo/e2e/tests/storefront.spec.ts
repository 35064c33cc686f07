import { expect, test } from '@playwright/test';

test('the front page lists what the shop sells', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Tea and cups' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText(['Assam, 100 g €4.50', 'Sencha, 100 g €6.90', 'Stoneware cup €12.00']);
});

test('a visitor puts tea into the cart and sees its price', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Assam' }).click();
  await page.getByLabel('Quantity').fill('3');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByRole('heading', { name: 'Your cart' })).toBeVisible();
  await expect(page.getByRole('row', { name: 'Total' })).toContainText('€13.50');
});

test('a cart is an address that can be shared', async ({ page }) => {
  await page.goto('/cart?sencha=1&cup=2');
  await expect(page.getByRole('row')).toHaveText([/^Sencha.*€6\.90$/, /^Stoneware cup.*€24\.00$/, /^Total.*€30\.90$/]);
});

test('a page that does not exist says so and leads back', async ({ page }) => {
  const response = await page.goto('/products/coffee');
  expect(response?.status()).toBe(404);
  await page.getByRole('link', { name: 'Leaf & Cup' }).click();
  await expect(page.getByRole('heading', { name: 'Tea and cups' })).toBeVisible();
});
