// The pages as HTML.

import { findProduct, PRODUCTS, type Product } from './catalog.ts';
import { formatPrice, MAX_QUANTITY, type Line, type Total } from './price.ts';

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function layout(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)} · Leaf &amp; Cup</title>
<style>body { font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem } td, th { padding-right: 2rem; text-align: left }</style>
<nav><a href="/">Leaf &amp; Cup</a></nav>
<main><h1>${escape(title)}</h1>${main}</main>
</html>
`;
}

export function catalogPage(): string {
  const items = PRODUCTS.map(({ sku, name, price }) => `<li><a href="/products/${sku}">${escape(name)}</a> ${formatPrice(price)}</li>`);
  return layout('Tea and cups', `<ul>${items.join('')}</ul>`);
}

export function productPage({ sku, name, price }: Product): string {
  return layout(name, `
<p>${formatPrice(price)}</p>
<form action="/cart">
  <label>Quantity <input name="${sku}" type="number" value="1" min="1" max="${MAX_QUANTITY}"></label>
  <button>Add to cart</button>
</form>`);
}

export function cartPage(lines: readonly Line[], { subtotal, discount, total }: Total): string {
  if (!lines.length) return layout('Your cart', '<p>Your cart is empty.</p>');
  const rows = lines.map(({ sku, price, quantity }) => `<tr><th>${escape(findProduct(sku)?.name ?? sku)}<td>${quantity}<td>${formatPrice(price * quantity)}`);
  if (discount) rows.push(`<tr><th>Subtotal<td><td>${formatPrice(subtotal)}`, `<tr><th>Discount<td><td>${formatPrice(-discount)}`);
  return layout('Your cart', `<table>${rows.join('')}<tr><th>Total<td><td>${formatPrice(total)}</table>`);
}

export function messagePage(title: string, message: string): string {
  return layout(title, `<p>${escape(message)}</p>`);
}
