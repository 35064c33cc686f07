import { expect, test } from '@playwright/test';

import { haveInCart, signIn } from './shop.ts';

test.describe('account', { tag: '@regression' }, () => {
  test('a customer sees the earlier orders', { tag: '@smoke' }, async ({ page }) => {
    await signIn(page, 'ada@example.com');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Ada');
    await expect(page.getByRole('row', { name: /LL-104233/ })).toContainText('1 × Moka pot, 2 × Enamel mug');
  });

  test('a wrong password is refused and says no more than that', async ({ page }) => {
    await signIn(page, 'ada@example.com', 'spruce');
    await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong.');
    await expect(page.getByLabel('E-mail')).toHaveValue('ada@example.com');
    await expect(page.getByLabel('Password')).toBeEmpty();
  });

  test('signing out forgets the customer', async ({ page }) => {
    await signIn(page, 'ada@example.com');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/account');
    await expect(page).toHaveURL(/\/sign-in$/);
  });

  test('a known customer need not type an address', { tag: ['@checkout', '@mobile'] }, async ({ page }) => {
    await signIn(page, 'ada@example.com');
    await haveInCart(page, { 'dry-bag': 1 });
    await page.goto('/checkout');
    await expect(page.getByLabel('Street and number')).toHaveValue('12 Alder Lane');
    await page.getByLabel('I know that this is a demo').check();
    await page.getByRole('button', { name: 'Place order' }).click();
    const number = await page.getByTestId('order-number').innerText();
    await page.goto('/account');
    await expect(page.getByRole('row', { name: new RegExp(number) })).toContainText('€28.90');
  });
});
