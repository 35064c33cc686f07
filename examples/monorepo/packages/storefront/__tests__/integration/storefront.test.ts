import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { cartService } from '../../src/cart.ts';
import { storefront } from '../../src/server.ts';

// The stub of the cart service: what it answers next, and what it was asked last.
let reply: { status: number; body: unknown };
let asked: unknown;

const cartStub: RequestListener = async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked = { path: request.url, body: JSON.parse(body) };
  response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply.body));
};

const servers: Server[] = [];
let shop: string;

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function get(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(shop + path);
  return { status: response.status, text: await response.text() };
}

beforeEach(async () => {
  asked = undefined;
  shop = await listen(storefront(cartService(await listen(createServer(cartStub)))));
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('the cart page shows what the cart service says', async () => {
  reply = { status: 200, body: { subtotal: 2100, discount: 210, total: 1890 } };

  const page = await get('/cart?assam=2&cup=1&coupon=TEATIME');

  expect(page.status).toBe(200);
  expect(page.text).toContain('<tr><th>Total<td><td>€18.90');
  expect(asked).toEqual({
    path: '/totals',
    body: {
      lines: [{ sku: 'assam', price: 450, quantity: 2 }, { sku: 'cup', price: 1200, quantity: 1 }],
      coupon: 'TEATIME',
    },
  });
});

test('a coupon that is refused is told with its reason', async () => {
  reply = { status: 422, body: { error: 'there is no coupon COFFEE' } };
  const page = await get('/cart?cup=1&coupon=coffee');
  expect(page.status).toBe(422);
  expect(page.text).toContain('there is no coupon COFFEE');
});

test('a cart service that fails keeps its details to itself', async () => {
  reply = { status: 502, body: { error: 'discounts cannot be asked' } };
  const page = await get('/cart?cup=1');
  expect(page.status).toBe(502);
  expect(page.text).toContain('We cannot add up your cart at the moment.');
  expect(page.text).not.toContain('discounts');
});

test.each([
  ['/', 200, 'Tea and cups'],
  ['/products/sencha', 200, '€6.90'],
  ['/products/coffee', 404, 'There is nothing here.'],
  ['/assam', 404, 'There is nothing here.'],
  ['/healthz', 200, 'ok'],
])('%s answers %d', async (path, status, text) => {
  const page = await get(path);
  expect(page.status).toBe(status);
  expect(page.text).toContain(text);
});
