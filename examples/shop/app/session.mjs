// All that the shop remembers of a visitor travels in the visitor's own signed cookie. So any number of replicas can
// serve one visitor, a restart loses no cart, and tests that run at the same time never see each other.

import { createHmac, timingSafeEqual } from 'node:crypto';

import { MAX_PER_LINE } from './pricing.mjs';
import { findProduct } from './catalog.mjs';

const NAME = 'shop';
// Every replica must know the same key; a real shop would have a secret one.
const KEY = process.env.SESSION_KEY ?? 'only-a-demo';
// Browsers drop cookies above 4 KiB.
const KEPT_ORDERS = 3;

export function emptyState() {
  return { cart: [], coupon: '', user: '', orders: [], flash: null };
}

function sign(payload) {
  return createHmac('sha256', KEY).update(payload).digest('base64url');
}

export function readState(cookies = '') {
  const pair = cookies.split(/;\s*/).find((part) => part.startsWith(`${NAME}=`));
  const [payload = '', signature = ''] = (pair ?? '').slice(NAME.length + 1).split('.');
  const given = Buffer.from(signature);
  const wanted = Buffer.from(sign(payload));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return emptyState();
  return { ...emptyState(), ...JSON.parse(Buffer.from(payload, 'base64url').toString()) };
}

export function writeState(state) {
  const kept = { ...state, orders: state.orders.slice(0, KEPT_ORDERS) };
  const payload = Buffer.from(JSON.stringify(kept)).toString('base64url');
  return `${NAME}=${payload}.${sign(payload)}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Puts a quantity into the cart, as far as the stock goes, and says what became of it. */
export function setQuantity(state, slug, quantity) {
  const product = findProduct(slug);
  if (!product) return { kind: 'error', text: 'We do not sell that.' };
  const before = state.cart.find(([name]) => name === slug)?.[1] ?? 0;
  const allowed = Math.max(0, Math.min(quantity, product.stock, MAX_PER_LINE));
  state.cart = allowed
    ? before
      ? state.cart.map((line) => (line[0] === slug ? [slug, allowed] : line))
      : [...state.cart, [slug, allowed]]
    : state.cart.filter(([name]) => name !== slug);
  if (state.cart.length === 0) state.coupon = '';
  if (quantity > 0 && product.stock === 0) return { kind: 'error', text: `${product.name} is sold out.` };
  if (quantity > allowed) return { kind: 'error', text: `${product.name}: only ${allowed} can be ordered.` };
  if (allowed === 0) return { kind: 'info', text: `${product.name} was removed.` };
  return allowed > before && before === 0 ? { kind: 'info', text: `${product.name} is in your cart.` } : null;
}
