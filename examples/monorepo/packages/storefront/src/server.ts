// The storefront: a Node HTTP server without packages. The cart is in the address, so nothing is remembered.

import { createServer, type Server } from 'node:http';

import { Refused, type AddUp } from './cart.ts';
import { findProduct } from './catalog.ts';
import { cartPage, catalogPage, messagePage, productPage } from './pages.ts';
import { readCart } from './price.ts';

interface Answer {
  status: number;
  body: string;
}

async function answer(url: URL, addUp: AddUp): Promise<Answer> {
  const product = findProduct(url.pathname.replace(/^\/products\//, ''));
  if (url.pathname === '/healthz') return { status: 200, body: 'ok\n' };
  if (url.pathname === '/') return { status: 200, body: catalogPage() };
  if (url.pathname.startsWith('/products/') && product) return { status: 200, body: productPage(product) };
  if (url.pathname !== '/cart') return { status: 404, body: messagePage('Not found', 'There is nothing here.') };
  const lines = readCart(url.searchParams);
  try {
    return { status: 200, body: cartPage(lines, await addUp(lines, url.searchParams.get('coupon') ?? '')) };
  } catch (error) {
    if (error instanceof Refused) return { status: 422, body: messagePage('Please check your cart', error.message) };
    return { status: 502, body: messagePage('Please try again', 'We cannot add up your cart at the moment.') };
  }
}

/** The server, which does not listen yet. */
export function storefront(addUp: AddUp): Server {
  return createServer(async (request, response) => {
    if (!URL.canParse(request.url ?? '', 'http://storefront')) {
      response.writeHead(400).end();
      return;
    }
    const { status, body } = await answer(new URL(request.url ?? '', 'http://storefront'), addUp);
    const type = body.startsWith('<') ? 'text/html' : 'text/plain';
    response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'X-Content-Type-Options': 'nosniff' }).end(body);
  });
}
