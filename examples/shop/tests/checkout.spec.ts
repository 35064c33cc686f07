import { expect, test } from '@playwright/test';

import { addToCart, applyCoupon, fillCheckout, haveInCart } from './shop.ts';

test.describe('checkout', { tag: ['@checkout', '@regression'] }, () => {
  test('an order is confirmed with its number and total', { tag: ['@smoke', '@mobile'] }, async ({ page }) => {
    await addToCart(page, 'canvas-backpack');
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await fillCheckout(page);
    await page.getByRole('button', { name: 'Place order' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you, Robin!');
    await expect(page.getByTestId('order-number')).toHaveText(/^LL-\d{6}$/);
    await expect(page.getByText('1 × Canvas backpack')).toBeVisible();
    await expect(page.getByTestId('total')).toHaveText('€119.00');
  });

  test('an empty form names every field that is missing', { tag: '@mobile' }, async ({ page }) => {
    await haveInCart(page, { 'enamel-mug': 1 });
    await page.goto('/checkout');
    await page.getByRole('button', { name: 'Place order' }).click();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Please look at 6 fields again');
    await expect(alert.getByRole('link')).toHaveCount(6);
    await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription('Tell us your name.');
  });

  test('a wrong e-mail address keeps what was typed', async ({ page }) => {
    await haveInCart(page, { 'enamel-mug': 1 });
    await page.goto('/checkout');
    await fillCheckout(page, { 'E-mail': 'robin at example' });
    await page.getByRole('button', { name: 'Place order' }).click();
    await expect(page.getByRole('alert')).toContainText('Please look at 1 field again');
    await expect(page.getByLabel('City')).toHaveValue('Cologne');
    await page.getByLabel('E-mail').fill('robin@example.com');
    await page.getByRole('button', { name: 'Place order' }).click();
    await expect(page.getByText('A confirmation went to robin@example.com.')).toBeVisible();
  });

  test('express delivery is added to the total at once', async ({ page }) => {
    await haveInCart(page, { 'trail-tent': 1 });
    await page.goto('/checkout');
    await expect(page.getByTestId('total')).toHaveText('€249.00');
    await page.getByLabel('Express').check();
    await expect(page.getByTestId('shipping')).toHaveText('€12.90');
    await expect(page.getByTestId('total')).toHaveText('€261.90');
    await fillCheckout(page);
    await page.getByRole('button', { name: 'Place order' }).click();
    await expect(page.getByRole('heading', { name: 'Express delivery, next working day' })).toBeVisible();
    await expect(page.getByTestId('total'), 'the order costs what the form said').toHaveText('€261.90');
  });

  test('a coupon reaches the order', async ({ page }) => {
    await haveInCart(page, { 'steel-thermos': 1 });
    await page.goto('/cart');
    await applyCoupon(page, 'SUMMER10');
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await fillCheckout(page);
    await page.getByRole('button', { name: 'Place order' }).click();
    await expect(page.getByTestId('discount')).toHaveText('−€2.90');
    await expect(page.getByTestId('total')).toHaveText('€31.00');
  });

  test('an empty cart cannot be checked out', async ({ page }) => {
    await page.goto('/checkout');
    await expect(page).toHaveURL(/\/cart$/);
    await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  });

  test('works with the keyboard alone', { tag: '@mobile' }, async ({ page, isMobile }) => {
    test.skip(isMobile, 'Phones have no Tab key; the desktop project covers this.');
    await haveInCart(page, { headlamp: 1 });
    await page.goto('/cart');
    await page.getByRole('link', { name: 'Go to checkout' }).press('Enter');
    await page.getByLabel('Name', { exact: true }).focus();
    for (const value of ['Robin Field', 'robin@example.com', '7 Quarry Road', '50667', 'Cologne']) {
      await page.keyboard.type(value);
      await page.keyboard.press('Tab');
    }
    // A group of radio buttons is one stop; the arrows move inside it.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you, Robin!');
    await expect(page.getByTestId('total')).toHaveText('€50.90');
  });
});
