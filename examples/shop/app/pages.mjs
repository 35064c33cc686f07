// Every page of the shop, from values to HTML.

import { favicon, heroScene, logo, picture } from './art.mjs';
import { CATEGORIES, related } from './catalog.mjs';
import { html } from './html.mjs';
import { DELIVERIES, FREE_SHIPPING_FROM, MAX_PER_LINE, linesOf, price } from './pricing.mjs';

export { favicon };

export const VERSION = process.env.SHOP_VERSION ?? 'dev';

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
export const money = (cents) => euros.format(cents / 100);

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function layout({ title, visitor, main, hero = '' }) {
  const { count } = price(linesOf(visitor.cart));
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Larch &amp; Lantern</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/shop.css">
  <script src="/static/shop.js" defer></script>
</head>
<body>
  <a class="skip" href="#main">Skip to content</a>
  <header class="top">
    <div class="wrap">
      <a class="brand" href="/">${logo}<span>Larch &amp; Lantern</span></a>
      <nav aria-label="Main">
        <a href="/account">${visitor.account ? visitor.account.name.split(' ')[0] : 'Sign in'}</a>
        <a class="cart-link" href="/cart" aria-label="Cart, ${plural(count, 'item')}">Cart <b>${count}</b></a>
      </nav>
    </div>
  </header>
  ${hero}
  ${visitor.flash && html`<div class="wrap"><p class="flash ${visitor.flash.kind}" role="${visitor.flash.kind === 'error' ? 'alert' : 'status'}">${visitor.flash.text}</p></div>`}
  <main id="main" class="wrap">${main}</main>
  <footer class="bottom">
    <div class="wrap">
      <p>Larch &amp; Lantern is a demonstration. Nothing is charged and nothing is sent.</p>
      <p data-testid="version">version ${VERSION}</p>
    </div>
  </footer>
</body>
</html>
`;
}

function stockBadge({ stock }) {
  if (stock === 0) return html`<span class="badge out">Sold out</span>`;
  if (stock <= 5) return html`<span class="badge few">Only ${stock} left</span>`;
  return '';
}

function card(product, back) {
  return html`<article class="card">
    <a class="picture" href="/products/${product.slug}" tabindex="-1" aria-hidden="true">${picture(product)}${stockBadge(product)}</a>
    <div class="card-text">
      <p class="category">${product.category}</p>
      <h3><a href="/products/${product.slug}">${product.name}</a></h3>
      <form class="card-buy" method="post" action="/cart">
        <input type="hidden" name="slug" value="${product.slug}"><input type="hidden" name="back" value="${back}">
        <span class="price">${money(product.cents)}</span>
        <button class="small" ${product.stock === 0 ? 'disabled' : ''} aria-label="Add ${product.name} to cart">${product.stock === 0 ? 'Sold out' : 'Add'}</button>
      </form>
    </div>
  </article>`;
}

function filterLink(filter, category, label) {
  const query = new URLSearchParams(Object.entries({ ...filter, category }).filter(([, value]) => value));
  return html`<a class="chip" href="/?${query}" ${filter.category === category ? html`aria-current="true"` : ''}>${label}</a>`;
}

export function catalogPage(visitor, { products, filter, url }) {
  const plain = !filter.query && !filter.category;
  const hero = plain && html`<section class="hero">${heroScene}<div class="wrap"><h1>Good things for nights outside</h1><p>Twelve pieces of camp gear that last, and nothing else.</p></div></section>`;
  return layout({
    title: 'Camp gear that lasts',
    visitor,
    hero,
    main: html`
    ${!plain && html`<h1>${filter.category || 'Search'}</h1>`}
    <div class="toolbar">
      <nav class="chips" aria-label="Categories">
        ${filterLink(filter, '', 'All')}${CATEGORIES.map((category) => filterLink(filter, category, category))}
      </nav>
      <form class="search" role="search" action="/">
        ${filter.category && html`<input type="hidden" name="category" value="${filter.category}">`}
        <input type="search" name="q" value="${filter.query}" placeholder="Search the shop" aria-label="Search the shop">
        <select name="sort" aria-label="Sort by" data-autosubmit>
          ${[['featured', 'Featured'], ['price-up', 'Price: low to high'], ['price-down', 'Price: high to low'], ['name', 'Name']].map(
            ([value, label]) => html`<option value="${value}" ${filter.sort === value ? 'selected' : ''}>${label}</option>`,
          )}
        </select>
        <button class="quiet">Search</button>
      </form>
    </div>
    <p class="count" role="status">${plural(products.length, 'product')}${filter.query && html` for “${filter.query}”`}</p>
    ${products.length
      ? html`<section class="grid" aria-label="Products">${products.map((product) => card(product, url))}</section>`
      : html`<section class="empty"><h2>Nothing found</h2><p>Try another word, or <a href="/">see everything</a>.</p></section>`}`,
  });
}

export function productPage(visitor, product) {
  return layout({
    title: product.name,
    visitor,
    main: html`
    <nav class="crumbs" aria-label="Breadcrumb"><a href="/">Shop</a> / <a href="/?category=${product.category}">${product.category}</a> / <span>${product.name}</span></nav>
    <section class="product">
      <div class="picture large">${picture(product)}${stockBadge(product)}</div>
      <div>
        <p class="category">${product.category}</p>
        <h1>${product.name}</h1>
        <p class="blurb">${product.blurb}</p>
        <p class="price big" data-testid="price">${money(product.cents)}</p>
        <form class="buy" method="post" action="/cart">
          <input type="hidden" name="slug" value="${product.slug}"><input type="hidden" name="back" value="/cart">
          <label>Quantity <input type="number" name="quantity" value="1" min="1" max="${MAX_PER_LINE}" inputmode="numeric"></label>
          <button ${product.stock === 0 ? 'disabled' : ''}>${product.stock === 0 ? 'Sold out' : 'Add to cart'}</button>
        </form>
        <form class="delivery" action="/api/delivery" data-delivery>
          <label for="postcode">When would it be here?</label>
          <div class="joined"><input id="postcode" name="postcode" placeholder="Postcode" inputmode="numeric" autocomplete="postal-code"><button class="quiet">Check</button></div>
          <p class="hint" role="status" data-answer></p>
        </form>
        <ul class="facts">${product.facts.map((fact) => html`<li>${fact}</li>`)}</ul>
      </div>
    </section>
    <section class="related"><h2>Goes well with</h2><div class="grid three">${related(product).map((other) => card(other, `/products/${product.slug}`))}</div></section>`,
  });
}

function totals(sums, { coupon, delivery = 'standard' }) {
  return html`<dl class="totals">
    <div><dt>Subtotal</dt><dd data-testid="subtotal">${money(sums.subtotal)}</dd></div>
    ${coupon && html`<div class="saving"><dt>Coupon ${coupon} <small>${sums.couponLabel}</small></dt><dd data-testid="discount">${sums.discount ? `−${money(sums.discount)}` : '✓'}</dd></div>`}
    <div><dt>${DELIVERIES[delivery].label} delivery</dt><dd data-testid="shipping">${sums.shipping ? money(sums.shipping) : 'free'}</dd></div>
    <div class="sum"><dt>Total</dt><dd data-testid="total">${money(sums.total)}</dd></div>
  </dl>`;
}

function cartLine({ product, quantity, cents }) {
  return html`<li class="line" aria-label="${product.name}">
    <a class="thumb" href="/products/${product.slug}" tabindex="-1" aria-hidden="true">${picture(product)}</a>
    <div class="what"><a href="/products/${product.slug}">${product.name}</a><span class="each">${money(product.cents)} each</span>${stockBadge(product)}</div>
    <form class="stepper" method="post" action="/cart/lines">
      <input type="hidden" name="slug" value="${product.slug}">
      <button name="step" value="-1" aria-label="One less">−</button>
      <input name="quantity" value="${quantity}" inputmode="numeric" aria-label="Quantity" data-autosubmit>
      <button name="step" value="1" aria-label="One more">+</button>
    </form>
    <strong class="amount">${money(cents)}</strong>
    <form method="post" action="/cart/lines"><input type="hidden" name="slug" value="${product.slug}"><button class="link" name="quantity" value="0" aria-label="Remove ${product.name}">Remove</button></form>
  </li>`;
}

export function cartPage(visitor, { couponError = '', couponInput = '' } = {}) {
  const lines = linesOf(visitor.cart);
  if (!lines.length) {
    return layout({
      title: 'Cart',
      visitor,
      main: html`<section class="empty"><h1>Your cart is empty</h1><p>The fire is lit, the kettle is not. <a href="/">Find something</a>.</p></section>`,
    });
  }
  const sums = price(lines, visitor);
  return layout({
    title: 'Cart',
    visitor,
    main: html`
    <h1>Your cart</h1>
    <div class="columns">
      <ul class="lines">${lines.map(cartLine)}</ul>
      <aside class="panel" aria-label="Summary">
        <h2>Summary</h2>
        ${totals(sums, visitor)}
        ${sums.missingForFreeShipping > 0
          ? html`<p class="hint">Add ${money(sums.missingForFreeShipping)} more for free delivery.</p><progress value="${FREE_SHIPPING_FROM - sums.missingForFreeShipping}" max="${FREE_SHIPPING_FROM}" aria-label="Way to free delivery"></progress>`
          : html`<p class="hint good">Standard delivery is free.</p>`}
        <a class="button wide" href="/checkout">Go to checkout</a>
        ${visitor.coupon
          ? html`<form method="post" action="/cart/coupon" class="coupon"><button class="link" name="remove" value="1">Remove coupon ${visitor.coupon}</button></form>`
          : html`<form method="post" action="/cart/coupon" class="coupon">
            <label for="code">Coupon</label>
            <div class="joined"><input id="code" name="code" value="${couponInput}" autocomplete="off" placeholder="SUMMER10" ${couponError && html`aria-invalid="true" aria-describedby="code-error"`}><button class="quiet">Apply</button></div>
            ${couponError && html`<p class="error" id="code-error" role="alert">${couponError}</p>`}
          </form>`}
      </aside>
    </div>`,
  });
}

function field({ name, label, type = 'text', autocomplete, narrow = false }, values, errors) {
  const error = errors[name];
  return html`<div class="field ${narrow ? 'narrow' : ''}">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="${type}" value="${values[name] ?? ''}" autocomplete="${autocomplete}" ${error && html`aria-invalid="true" aria-describedby="${name}-error"`}>
    ${error && html`<p class="error" id="${name}-error">${error}</p>`}
  </div>`;
}

export function checkoutPage(visitor, { values = {}, errors = {}, refusal = '' } = {}) {
  const lines = linesOf(visitor.cart);
  const delivery = Object.hasOwn(DELIVERIES, values.delivery ?? '') ? values.delivery : 'standard';
  const sums = price(lines, { coupon: visitor.coupon, delivery });
  const wrong = Object.entries(errors);
  return layout({
    title: 'Checkout',
    visitor,
    main: html`
    <h1>Checkout</h1>
    ${refusal && html`<p class="flash error" role="alert">${refusal} <a href="/cart">Change the cart</a></p>`}
    ${wrong.length > 0 && html`<div class="flash error" role="alert"><strong>Please look at ${plural(wrong.length, 'field')} again</strong><ul>${wrong.map(([name, text]) => html`<li><a href="#${name}">${text}</a></li>`)}</ul></div>`}
    <form class="columns" method="post" action="/checkout" novalidate data-checkout>
      <div class="sections">
        <fieldset><legend>Who are you?</legend>
          ${field({ name: 'name', label: 'Name', autocomplete: 'name' }, values, errors)}
          ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email' }, values, errors)}
        </fieldset>
        <fieldset><legend>Where to?</legend>
          ${field({ name: 'street', label: 'Street and number', autocomplete: 'street-address' }, values, errors)}
          <div class="row">
            ${field({ name: 'postcode', label: 'Postcode', autocomplete: 'postal-code', narrow: true }, values, errors)}
            ${field({ name: 'city', label: 'City', autocomplete: 'address-level2' }, values, errors)}
          </div>
        </fieldset>
        <fieldset><legend>How fast?</legend>
          ${Object.entries(DELIVERIES).map(([key, { label, days }]) => {
            const option = price(lines, { coupon: visitor.coupon, delivery: key });
            const cost = option.shipping ? money(option.shipping) : 'free';
            return html`<label class="choice"><input type="radio" name="delivery" value="${key}" ${key === delivery ? 'checked' : ''} data-label="${label} delivery" data-shipping="${cost}" data-total="${money(option.total)}"><span><b>${label}</b> ${days}</span><em>${cost}</em></label>`;
          })}
        </fieldset>
        <div class="field">
          <label class="tick"><input id="terms" type="checkbox" name="terms" value="yes" ${values.terms ? 'checked' : ''} ${errors.terms && html`aria-invalid="true"`}> I know that this is a demo and nothing will arrive.</label>
          ${errors.terms && html`<p class="error">${errors.terms}</p>`}
        </div>
      </div>
      <aside class="panel" aria-label="Summary">
        <h2>Your order</h2>
        <ul class="mini">${lines.map(({ product, quantity, cents }) => html`<li><span>${quantity} × ${product.name}</span><span>${money(cents)}</span></li>`)}</ul>
        ${totals(sums, { coupon: visitor.coupon, delivery })}
        <button class="wide">Place order</button>
      </aside>
    </form>`,
  });
}

export function orderPage(visitor, order) {
  const lines = linesOf(order.cart);
  const sums = price(lines, order);
  return layout({
    title: `Order ${order.number}`,
    visitor,
    main: html`
    <section class="thanks">
      <div class="seal" aria-hidden="true">✓</div>
      <h1>Thank you, ${order.name.split(' ')[0]}!</h1>
      <p>Order <strong data-testid="order-number">${order.number}</strong> is being packed and leaves today. A confirmation went to ${order.email}.</p>
      <div class="panel">
        <h2>${DELIVERIES[order.delivery].label} delivery, ${DELIVERIES[order.delivery].days}</h2>
        <ul class="ordered">${lines.map(({ product, quantity, cents }) => html`<li><span class="thumb">${picture(product)}</span><span class="what">${quantity} × ${product.name} ${product.stock === 0 && stockBadge(product)}</span><span>${money(cents)}</span></li>`)}</ul>
        ${totals(sums, order)}
      </div>
      <p><a class="button" href="/">Back to the shop</a></p>
    </section>`,
  });
}

export function signInPage(visitor, { email = '', error = '' } = {}) {
  return layout({
    title: 'Sign in',
    visitor,
    main: html`
    <section class="panel sign-in">
      <h1>Sign in</h1>
      ${error && html`<p class="flash error" role="alert">${error}</p>`}
      <form method="post" action="/sign-in">
        <div class="field"><label for="email">E-mail</label><input id="email" name="email" type="email" value="${email}" autocomplete="username"></div>
        <div class="field"><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password"></div>
        <button class="wide">Sign in</button>
      </form>
      <p class="hint">Two customers to try: ada@example.com and grace@example.com, both with the password “larch”.</p>
    </section>`,
  });
}

export function accountPage(visitor) {
  const { account } = visitor;
  const orders = [...visitor.orders.filter((order) => order.email === account.email), ...account.history];
  return layout({
    title: 'Your account',
    visitor,
    main: html`
    <h1>Hello, ${account.name.split(' ')[0]}</h1>
    <div class="columns">
      <section class="panel"><h2>Your orders</h2>
        ${orders.length
          ? html`<table><thead><tr><th>Order</th><th>Items</th><th>Total</th></tr></thead><tbody>${orders.map((order) => {
              const lines = linesOf(order.cart);
              return html`<tr><td>${order.number}</td><td>${lines.map(({ product, quantity }) => `${quantity} × ${product.name}`).join(', ')}</td><td>${money(price(lines, order).total)}</td></tr>`;
            })}</tbody></table>`
          : html`<p>No orders yet.</p>`}
      </section>
      <aside class="panel"><h2>Your address</h2><address>${account.name}<br>${account.street}<br>${account.postcode} ${account.city}</address>
        <form method="post" action="/sign-out"><button class="quiet wide">Sign out</button></form>
      </aside>
    </div>`,
  });
}

export function notFoundPage(visitor) {
  return layout({
    title: 'Not found',
    visitor,
    main: html`<section class="empty"><h1>Off the trail</h1><p>There is nothing at this address. <a href="/">Back to the shop</a>.</p></section>`,
  });
}
