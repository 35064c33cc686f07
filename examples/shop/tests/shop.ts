// What several tests do in the shop.

import { expect, type Locator, type Page } from '@playwright/test';

export const ADDRESS = {
  Name: 'Robin Field',
  'E-mail': 'robin@example.com',
  'Street and number': '7 Quarry Road',
  Postcode: '50667',
  City: 'Cologne',
};

/** Puts products into the cart as the shop's own buttons do, but without pages: for tests of what comes after. */
export async function haveInCart(page: Page, products: Record<string, number>): Promise<void> {
  for (const [slug, quantity] of Object.entries(products)) {
    const response = await page.request.post('/cart', { form: { slug, quantity }, maxRedirects: 0 });
    expect(response.status()).toBe(303);
  }
}

/** The same as a visitor does it. */
export async function addToCart(page: Page, slug: string, quantity = 1): Promise<void> {
  await page.goto(`/products/${slug}`);
  await page.getByLabel('Quantity').fill(String(quantity));
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByRole('heading', { name: 'Your cart' })).toBeVisible();
}

export function product(page: Page, name: string): Locator {
  return page.getByRole('article').filter({ has: page.getByRole('heading', { name }) });
}

export function cartLine(page: Page, name: string): Locator {
  return page.getByRole('listitem', { name });
}

export function cartLink(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Cart/ });
}

export async function applyCoupon(page: Page, code: string): Promise<void> {
  await page.getByLabel('Coupon').fill(code);
  await page.getByRole('button', { name: 'Apply' }).click();
}

export async function fillCheckout(page: Page, values: Partial<typeof ADDRESS> = {}): Promise<void> {
  for (const [label, value] of Object.entries({ ...ADDRESS, ...values })) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByLabel('I know that this is a demo').check();
}

export async function signIn(page: Page, email: string, password = 'larch'): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
