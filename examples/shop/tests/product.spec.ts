import { expect, test } from '@playwright/test';

import { product } from './shop.ts';

test.describe('product page', { tag: '@regression' }, () => {
  test('tells what the product is and costs', { tag: ['@smoke', '@mobile'] }, async ({ page }) => {
    await page.goto('/');
    await product(page, 'Pocket compass').getByRole('link', { name: 'Pocket compass' }).click();
    await expect(page).toHaveTitle(/^Pocket compass/);
    await expect(page.getByTestId('price')).toHaveText('€27.00');
    await expect(page.getByRole('listitem').filter({ hasText: 'Liquid damped' })).toBeVisible();
    await expect(page.getByRole('article'), 'other products to go with it').toHaveCount(3);
  });

  test('a sold-out product cannot be put into the cart', async ({ page }) => {
    await page.goto('/products/brass-lantern');
    await expect(page.getByRole('button', { name: 'Sold out' })).toBeDisabled();
    // A disabled button stops only those who use the button.
    const response = await page.request.post('/cart', { form: { slug: 'brass-lantern', back: '/cart' } });
    expect(await response.text()).toContain('Brass lantern is sold out.');
  });

  test('an unknown product answers with a helpful 404', async ({ page }) => {
    const response = await page.goto('/products/hammock');
    expect(response?.status()).toBe(404);
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await expect(page.getByRole('article')).toHaveCount(12);
  });

  // Flaky by design, so that a report has a flaky test to show: on the first attempt the connection to the delivery
  // service breaks, on the second it does not. Nothing here depends on time or luck.
  test('tells when the parcel would arrive', { tag: '@flaky' }, async ({ page }, testInfo) => {
    const broken = testInfo.retry === 0;
    await page.route('**/api/delivery*', (route) => (broken ? route.abort('connectionreset') : route.continue()));
    await page.goto('/products/enamel-mug');
    await page.getByLabel('When would it be here?').fill('20095');
    await page.getByRole('button', { name: 'Check' }).click();
    const answer = page.locator('[data-answer]');
    await expect(answer).not.toBeEmpty();
    await expect(answer).toHaveText('With you in 2–3 working days.', { timeout: 300 });
  });
});
