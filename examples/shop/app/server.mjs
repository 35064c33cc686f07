// The shop: a Node HTTP server without packages. Posts answer with a redirect, so a reload repeats nothing.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { findAccount, signIn } from './accounts.mjs';
import { findProduct, listProducts } from './catalog.mjs';
import * as pages from './pages.mjs';
import { DELIVERIES, checkCoupon, hasBug, linesOf } from './pricing.mjs';
import { emptyState, readState, setQuantity, writeState } from './session.mjs';

const PORT = Number(process.env.PORT ?? 3000);
const MAX_BODY = 16 * 1024;
const HEADERS = {
  'Content-Security-Policy': "default-src 'self'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

const file = (name) => readFileSync(new URL(`public/${name}`, import.meta.url));
const STATIC = new Map([
  ['/static/shop.css', { type: 'text/css; charset=utf-8', body: file('shop.css') }],
  ['/static/shop.js', { type: 'text/javascript; charset=utf-8', body: file('shop.js') }],
  ['/favicon.svg', { type: 'image/svg+xml', body: Buffer.from(pages.favicon) }],
]);

class BadRequest extends Error {}

async function readForm(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new BadRequest('the form is too large');
    chunks.push(chunk);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** Only a path of our own: an address from a form must not lead visitors away. */
function safeBack(back = '') {
  return /^\/(?![/\\])/.test(back) ? back : '/cart';
}

function wholeNumber(text, otherwise) {
  return /^-?\d{1,4}$/.test(text ?? '') ? Number(text) : otherwise;
}

function validateCheckout(values) {
  const errors = {};
  if (!values.name?.trim()) errors.name = 'Tell us your name.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.email ?? '')) errors.email = 'This does not look like an e-mail address.';
  if (!values.street?.trim()) errors.street = 'Where should the postman go?';
  if (!/^\d{4,6}$/.test(values.postcode?.trim() ?? '')) errors.postcode = 'A postcode has 4 to 6 digits.';
  if (!values.city?.trim()) errors.city = 'Which city is it?';
  if (!values.terms) errors.terms = 'Please tick the box.';
  return errors;
}

/** The same order always has the same number: a test may look for it. */
function orderNumber(order, earlier) {
  const digest = createHash('sha256').update(JSON.stringify([order, earlier])).digest();
  return `LL-${String(digest.readUInt32BE() % 1_000_000).padStart(6, '0')}`;
}

const page = (body, status = 200) => ({ status, body });
const redirect = (location) => ({ status: 303, location });

const ROUTES = {
  'GET /': ({ visitor, url }) => {
    const filter = {
      query: (url.searchParams.get('q') ?? '').trim().slice(0, 60),
      category: url.searchParams.get('category') ?? '',
      sort: url.searchParams.get('sort') ?? 'featured',
    };
    return page(pages.catalogPage(visitor, { products: listProducts(filter), filter, url: url.pathname + url.search }));
  },

  'GET /cart': ({ visitor }) => page(pages.cartPage(visitor)),

  'POST /cart': ({ state, form }) => {
    const inCart = state.cart.find(([slug]) => slug === form.slug)?.[1] ?? 0;
    state.flash = setQuantity(state, form.slug, inCart + Math.max(1, wholeNumber(form.quantity, 1)));
    return redirect(safeBack(form.back));
  },

  'POST /cart/lines': ({ state, form }) => {
    const inCart = state.cart.find(([slug]) => slug === form.slug)?.[1] ?? 0;
    const wanted = wholeNumber(form.quantity, inCart) + wholeNumber(form.step, 0);
    state.flash = setQuantity(state, form.slug, Math.max(0, wanted));
    return redirect('/cart');
  },

  'POST /cart/coupon': ({ state, visitor, form }) => {
    if (form.remove) {
      state.coupon = '';
      return redirect('/cart');
    }
    const { code, error } = checkCoupon(form.code ?? '');
    if (error) return page(pages.cartPage(visitor, { couponError: error, couponInput: form.code }), 422);
    state.coupon = code;
    return redirect('/cart');
  },

  'GET /checkout': ({ state, visitor }) => {
    if (!state.cart.length) return redirect('/cart');
    const { name, email, street, postcode, city } = visitor.account ?? {};
    return page(pages.checkoutPage(visitor, { values: { name, email, street, postcode, city } }));
  },

  'POST /checkout': ({ state, visitor, form }) => {
    if (!state.cart.length) return redirect('/cart');
    const errors = validateCheckout(form);
    if (Object.keys(errors).length) return page(pages.checkoutPage(visitor, { values: form, errors }), 422);
    const gone = linesOf(state.cart).filter(({ product }) => product.stock === 0);
    // The deliberate defect "sold-out": nobody looks at the stock again between the cart and the order.
    if (gone.length && !hasBug('sold-out')) {
      const refusal = `${gone.map(({ product }) => product.name).join(', ')} is sold out.`;
      return page(pages.checkoutPage(visitor, { values: form, refusal }), 409);
    }
    const order = {
      cart: state.cart,
      coupon: state.coupon,
      delivery: Object.hasOwn(DELIVERIES, form.delivery ?? '') ? form.delivery : 'standard',
      name: form.name.trim().slice(0, 80),
      email: form.email.trim().slice(0, 120),
    };
    const number = orderNumber(order, state.orders.length);
    Object.assign(state, { cart: [], coupon: '', orders: [{ number, ...order }, ...state.orders] });
    return redirect(`/orders/${number}`);
  },

  'GET /sign-in': ({ visitor }) => page(pages.signInPage(visitor)),

  'POST /sign-in': ({ state, visitor, form }) => {
    const account = signIn(form.email ?? '', form.password ?? '');
    if (!account) {
      const error = 'E-mail or password is wrong.';
      return page(pages.signInPage(visitor, { email: form.email, error }), 422);
    }
    state.user = account.email;
    if (!state.cart.length) state.cart = account.savedCart;
    return redirect('/account');
  },

  'POST /sign-out': () => ({ ...redirect('/'), state: emptyState() }),

  'GET /account': ({ visitor }) => (visitor.account ? page(pages.accountPage(visitor)) : redirect('/sign-in')),

  'GET /api/delivery': ({ url }) => {
    const postcode = (url.searchParams.get('postcode') ?? '').trim();
    if (!/^\d{4,6}$/.test(postcode)) return { status: 422, json: { error: 'A postcode has 4 to 6 digits.' } };
    return { status: 200, json: { days: DELIVERIES.standard.days } };
  },

  'GET /healthz': () => ({ status: 200, json: { status: 'ok', version: pages.VERSION } }),
};

function findRoute(method, url) {
  const [, kind, name] = url.pathname.match(/^\/(products|orders)\/([\w-]+)$/) ?? [];
  if (method === 'GET' && kind === 'products' && findProduct(name)) {
    return ({ visitor }) => page(pages.productPage(visitor, findProduct(name)));
  }
  if (method === 'GET' && kind === 'orders') {
    return ({ state, visitor }) => {
      const order = state.orders.find(({ number }) => number === name);
      return order ? page(pages.orderPage(visitor, order)) : page(pages.notFoundPage(visitor), 404);
    };
  }
  const key = `${method} ${url.pathname}`;
  return Object.hasOwn(ROUTES, key) ? ROUTES[key] : ({ visitor }) => page(pages.notFoundPage(visitor), 404);
}

async function answer(request, response) {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (!URL.canParse(request.url, 'http://shop')) throw new BadRequest('this is not an address');
  const url = new URL(request.url, 'http://shop');
  const asset = method === 'GET' && STATIC.get(url.pathname);
  if (asset) {
    response.writeHead(200, { ...HEADERS, 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=60' });
    return response.end(asset.body);
  }
  const before = readState(request.headers.cookie);
  const state = structuredClone(before);
  // The page that is now made shows the notice; the next one does not.
  state.flash = null;
  const visitor = { ...before, account: before.user ? findAccount(before.user) : undefined };
  const form = method === 'POST' ? await readForm(request) : {};
  const result = findRoute(method, url)({ url, state, visitor, form });
  const headers = { ...HEADERS, 'Cache-Control': 'no-store' };
  const after = writeState(result.state ?? state);
  if (after !== writeState(before)) headers['Set-Cookie'] = after;
  if (result.location) headers.Location = result.location;
  headers['Content-Type'] = result.json ? 'application/json' : 'text/html; charset=utf-8';
  response.writeHead(result.status, headers);
  return response.end(result.json ? JSON.stringify(result.json) : String(result.body ?? ''));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const known = error instanceof BadRequest;
    if (!known) console.error(error);
    if (!response.headersSent) response.writeHead(known ? 400 : 500, { ...HEADERS, 'Content-Type': 'text/plain' });
    response.end(known ? `${error.message}\n` : 'Something broke on our side.\n');
  });
});

server.listen(PORT, () => console.log(`shop ${pages.VERSION} listens on port ${PORT}`));

// As a container's first process Node ignores signals that nobody handles, and the pod would take its whole grace
// period to go.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    // A browser may hold its connection open for longer than anybody wants to wait.
    setTimeout(() => process.exit(0), 1000);
  });
}
