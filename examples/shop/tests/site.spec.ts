import { expect, test } from '@playwright/test';

test.describe('site', { tag: '@smoke' }, () => {
  test('is healthy, and every page tells the version that is running', async ({ page, request }) => {
    const health = await (await request.get('/healthz')).json();
    expect(health).toEqual({ status: 'ok', version: expect.any(String) });
    await page.goto('/cart');
    await expect(page.getByTestId('version')).toHaveText(`version ${health.version}`);
  });

  for (const path of ['/', '/products/trail-tent', '/sign-in']) {
    test(`nothing sticks out sideways on ${path}`, { tag: ['@regression', '@mobile-only'] }, async ({ page }) => {
      await page.goto(path);
      const { content, window } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
      }));
      expect(content).toBeLessThanOrEqual(window);
    });
  }

  test('words from a visitor are shown, never executed', { tag: '@regression' }, async ({ page }) => {
    const word = '<img src=x onerror="document.title=\'hacked\'">';
    await page.goto(`/?q=${encodeURIComponent(word)}`);
    await expect(page.getByRole('searchbox')).toHaveValue(word);
    await expect(page.getByText(`0 products for “${word}”`)).toBeVisible();
    await expect(page).toHaveTitle(/^Camp gear that lasts/);
  });
});
