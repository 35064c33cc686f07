// From a cart to what it costs. Pure: no state, no clock.

import { findProduct } from './catalog.mjs';

export const MAX_PER_LINE = 9;
export const FREE_SHIPPING_FROM = 7500;

export const DELIVERIES = {
  standard: { label: 'Standard', days: '2–3 working days', cents: 490 },
  express: { label: 'Express', days: 'next working day', cents: 1290 },
};

const COUPONS = {
  SUMMER10: { label: '10 % off', percent: 10 },
  FREESHIP: { label: 'free delivery', percent: 0, freeShipping: true },
  SPRING25: { label: '25 % off', percent: 25, expired: true },
};

// Two defects are in the shop on purpose, so that there is something to find: see README.md. `SHOP_BUGS=none` mends both.
const BUGS = new Set((process.env.SHOP_BUGS ?? 'coupon,sold-out').split(',').map((name) => name.trim()));

export function hasBug(name) {
  return BUGS.has(name);
}

/** The coupon's own spelling, or why it cannot be used. */
export function checkCoupon(input) {
  const code = input.trim().toUpperCase();
  if (!code) return { error: 'Type a coupon code first.' };
  if (!Object.hasOwn(COUPONS, code)) return { error: `We do not know the coupon “${code}”.` };
  if (COUPONS[code].expired) return { error: `The coupon ${code} has expired.` };
  return { code };
}

export function linesOf(cart) {
  return cart
    .map(([slug, quantity]) => ({ product: findProduct(slug), quantity }))
    .filter((line) => line.product)
    .map((line) => ({ ...line, cents: line.product.cents * line.quantity }));
}

export function price(lines, { coupon = '', delivery = 'standard' } = {}) {
  const terms = Object.hasOwn(COUPONS, coupon) ? COUPONS[coupon] : undefined;
  const subtotal = lines.reduce((sum, line) => sum + line.cents, 0);
  const discount = terms ? Math.round((subtotal * terms.percent) / 100) : 0;
  const free = terms?.freeShipping || subtotal - discount >= FREE_SHIPPING_FROM;
  const shipping = delivery === 'standard' && free ? 0 : DELIVERIES[delivery].cents;
  // The deliberate defect "coupon": the discount is taken off a second time when the cart has more than one line.
  const twice = hasBug('coupon') && lines.length > 1 ? discount : 0;
  return {
    count: lines.reduce((sum, line) => sum + line.quantity, 0),
    subtotal,
    discount,
    couponLabel: terms?.label ?? '',
    shipping,
    missingForFreeShipping: free ? 0 : FREE_SHIPPING_FROM - (subtotal - discount),
    total: subtotal - discount - twice + shipping,
  };
}
