import { expect, test } from '@playwright/test';

import { applyCoupon, haveInCart } from './shop.ts';

test.describe('coupons', { tag: '@regression' }, () => {
  test('SUMMER10 takes ten per cent off', async ({ page }) => {
    await haveInCart(page, { 'wool-blanket': 1 });
    await page.goto('/cart');
    await applyCoupon(page, 'summer10');
    await expect(page.getByTestId('discount')).toHaveText('−€8.90');
    await expect(page.getByTestId('total')).toHaveText('€80.10');
  });

  test('FREESHIP makes a small order free to deliver', async ({ page }) => {
    await haveInCart(page, { 'field-notebook': 1 });
    await page.goto('/cart');
    await applyCoupon(page, 'FREESHIP');
    await expect(page.getByTestId('shipping')).toHaveText('free');
    await page.getByRole('button', { name: 'Remove coupon FREESHIP' }).click();
    await expect(page.getByTestId('total')).toHaveText('€14.40');
  });

  for (const [code, message] of [
    ['SPRING25', 'The coupon SPRING25 has expired.'],
    ['WINTER99', 'We do not know the coupon “WINTER99”.'],
  ]) {
    test(`${code} is refused`, async ({ page }) => {
      await haveInCart(page, { headlamp: 1 });
      await page.goto('/cart');
      await applyCoupon(page, code);
      await expect(page.getByRole('alert')).toHaveText(message);
      await expect(page.getByTestId('total')).toHaveText('€42.90');
    });
  }
});
