// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: a route of Express: proposed @ src/app.ts
app.get('/orders/:id', (req, res) => res.json(find(req.params.id)));
// --- positive: a handler by its name: proposed @ src/routes/invoices.js
const router = express.Router();
router.post('/invoices', authenticate, createInvoice);
// --- positive: a named router: proposed @ src/routes/carts.ts
cartRouter.delete('/carts/:id', async (req, res) => { await remove(req.params.id); });
// --- positive: of a chain: proposed @ src/app.ts
app.use(json()).post('/refunds', refund);
// --- positive: Fastify: proposed @ src/plugins/vouchers.ts
export default async (fastify: FastifyInstance) => {
  fastify.get('/vouchers', { schema }, async () => list());
};
// --- positive: a route as an object: proposed @ src/server.ts
server.route({ method: 'PUT', url: '/addresses/:id', handler: save });
// --- positive: Hono: proposed @ src/index.ts
const app = new Hono();
app.get('/shipments', (c) => c.json([]));
// --- positive: NestJS: proposed @ src/wishlists/wishlists.controller.ts
@Controller('wishlists')
export class WishlistsController {
  @Get(':id')
  find(@Param('id') id: string) {}
}
// --- positive: a method's own path: proposed @ src/reviews.controller.ts
@Controller()
export class ReviewsController {
  @Post('reviews')
  create() {}
}
// --- positive: a page of Next.js: proposed @ app/checkout/page.tsx
export default function Page() {
  return <h1>Checkout</h1>;
}
// --- positive: in a group of routes: proposed @ src/app/(shop)/coupons/[code]/page.tsx
export default async function Page() { return <p />; }
// --- positive: a handler of Next.js: proposed @ app/api/returns/route.ts
export async function POST(request: Request) { return Response.json({}); }
// --- positive: the old pages of Next.js: proposed @ pages/gift-cards.tsx
export default function GiftCards() { return <h1>Gifts</h1>; }
// +++ pages/_app.tsx
export default function App({ Component }) { return <Component />; }
// --- positive: an API of the old pages: proposed @ src/pages/api/uploads.ts
export default function handler(req, res) { res.status(200).end(); }
// +++ src/pages/_document.tsx
export default function Document() { return <Html />; }
// --- positive: React Router: proposed @ src/App.tsx
export const App = () => <Routes><Route path="/catalog" element={<Catalog />} /></Routes>;
// --- positive: a route without a slash: proposed @ src/App.tsx
export const App = () => <Route path="suppliers/:id" element={<Supplier />} />;
// --- positive: a router of objects: proposed @ src/router.tsx
export const router = createBrowserRouter([{ path: '/auctions', element: <Auctions /> }]);
// --- positive: Vue: proposed @ src/router/index.ts
export default createRouter({ history, routes: [{ path: '/downloads', component: Downloads }] });
// --- positive: TanStack: proposed @ src/routes/_layout/subscriptions.tsx
export const Route = createFileRoute('/_layout/subscriptions')({ component: Subscriptions });
// --- positive: the browser goes elsewhere: proposed @ src/app.ts
app.get('/orders', list);
app.get('/stock-levels', levels);
// +++ e2e/orders.spec.ts
import { test, expect } from '@playwright/test';
test('orders', async ({ page }) => {
  await page.goto('/orders');
  await expect(page).toHaveTitle('Orders');
});
// --- positive: supertest asks for another: proposed @ src/app.ts
app.get('/orders', list);
app.get('/stock-levels', levels);
// +++ src/app.test.ts
import request from 'supertest';
it('lists orders', async () => {
  expect((await request(app).get('/orders')).body).toEqual([]);
});
// --- positive: a unit test of the handler alone: proposed @ src/app.ts
app.get('/price-lists', priceLists);
// +++ src/prices.test.ts
it('says price-lists', () => {
  expect(priceLists()).toEqual([]);
});
// --- positive: a command: proposed @ src/cli.ts
import { Command } from 'commander';
program.command('reindex <shop>').description('Build the index anew').action(reindex);
// --- positive: yargs: proposed @ bin/shop.js
const yargs = require('yargs');
yargs.command('reprice', 'Set all prices anew', () => {}, reprice).parse();
// --- positive: another command is run: proposed @ src/cli.ts
import { cac } from 'cac';
cli.command('export-stock', 'Write').action(write);
cli.command('import-stock', 'Read').action(read);
// +++ test/cli.test.ts
import { execa } from 'execa';
test('export', async () => {
  expect((await execa('shop', ['export-stock'])).exitCode).toBe(0);
});
// --- positive: a kind of the cluster: proposed @ deploy/crds/storefront.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    kind: Storefront
// --- positive: nothing proves a workflow: uncovered @ e2e/search.spec.ts
import { test, expect } from '@playwright/test';
test('search', async ({ page }) => {
  await page.goto('/search');
  await expect(page.locator('.hit')).toHaveCount(3);
});
// +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
// --- positive: it needs more than there is: uncovered @ src/checkout.test.ts
test('checkout', () => {
  expect(checkout([1])).toEqual({ total: 300 });
});
// +++ workflows.yaml
workflows:
  - name: checkout
    needs: [unit, e2e]
// --- positive: the only test is skipped: uncovered @ e2e/refund.spec.ts
import { test, expect } from '@playwright/test';
test.skip('refund', async ({ page }) => {
  await page.goto('/refund');
  await expect(page).toHaveTitle('Refund');
});
// +++ workflows.yaml
workflows:
  - name: refund
// --- positive: a tag that no title has: unknown-test @ e2e/cart.spec.ts
import { test, expect } from '@playwright/test';
test('adds @cart', async ({ page }) => {
  await page.goto('/cart');
  await expect(page).toHaveTitle('Cart');
});
// +++ workflows.yaml
workflows:
  - name: cart
    tests: ["@cart", "@basket"]
// --- positive: a file that was renamed: unknown-test @ e2e/cart.spec.ts
import { test, expect } from '@playwright/test';
test('adds', async ({ page }) => {
  await page.goto('/cart');
  await expect(page).toHaveTitle('Cart');
});
// +++ workflows.yaml
workflows:
  - name: cart
    tests: ["e2e/cart.*", "e2e/basket.spec.ts"]
// --- negative: the browser goes there @ src/app.ts
app.get('/orders', list);
// +++ e2e/orders.spec.ts
import { test, expect } from '@playwright/test';
test('list', async ({ page }) => {
  await page.goto('/orders?all');
  await expect(page).toHaveTitle('All');
});
// --- negative: Cypress visits it @ src/app.ts
app.get('/invoices', list);
// +++ cypress/integration/a.js
it('shows them', () => {
  cy.visit('/invoices');
  cy.get('h1').should('have.text', 'Yours');
});
// --- negative: supertest asks for it @ src/app.ts
app.get('/vouchers/:code', voucher);
// +++ src/app.test.ts
const request = require('supertest');
it('finds one', async () => {
  expect((await request(app).get(`/vouchers/${code}`)).body).toEqual({ code });
});
// --- negative: injected @ src/server.ts
fastify.get('/shipments', async () => []);
// +++ test/server.test.ts
test('lists', async () => {
  expect((await app.inject({ url: '/shipments' })).json()).toEqual([]);
});
// --- negative: the app is asked @ src/index.ts
app.get('/refunds', (c) => c.json([]));
// +++ src/index.test.ts
test('lists', async () => {
  expect((await app.request('/refunds')).status).toBe(200);
});
// --- negative: fetched from a live server @ src/app.ts
app.get('/coupons', list);
// +++ tests/integration/coupons.test.ts
test('lists', async () => {
  expect((await fetch(`${base}/coupons`)).status).toBe(200);
});
// --- negative: a link is clicked @ app/gift-cards/page.tsx
export default function Page() { return <h1>Gifts</h1>; }
// +++ e2e/home.spec.ts
import { test, expect } from '@playwright/test';
test('gifts', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Gift Cards' }).click();
  await expect(page).toHaveTitle('Gifts');
});
// --- negative: by a page object @ src/App.tsx
export const App = () => <Route path="/catalog" element={<Catalog />} />;
// +++ e2e/pages/catalog.ts
export class CatalogPage {
  open() { return this.page.goto('/catalog'); }
}
// --- negative: a client of an API @ src/client.ts
axios.get('/orders', { params });
api.get('/orders', options);
client.post('/orders', body);
// --- negative: a typed client @ src/orders.ts
const server = connect();
server.get('/orders', config);
// --- negative: a map @ src/cache.ts
cache.get('/orders');
routes.get('/orders');
// --- negative: one argument is no handler @ src/app.ts
app.get('/orders');
app.get('view engine');
// --- negative: health @ src/app.ts
app.get('/health', (req, res) => res.send('ok'));
app.get('/metrics', metrics);
router.get('/ready', ready);
// --- negative: the root and all @ src/app.ts
app.get('/', home);
app.all('/*', notFound);
// --- negative: an example @ examples/app.ts
app.get('/orders', list);
// --- negative: a playground @ playground/index.ts
app.get('/orders', list);
// --- negative: a mock server @ src/__mocks__/server.ts
app.get('/orders', list);
// --- negative: of a story @ src/cart.stories.tsx
export const Story = () => <Route path="/orders" element={<Orders />} />;
// --- negative: a test's own server @ src/client.test.ts
const app = express();
app.get('/orders', (req, res) => res.json([]));
it('asks', () => {
  expect(ask()).toEqual([]);
});
// --- negative: a component in a folder of pages @ src/pages/Orders.tsx
export default function Orders() { return <h1>Orders</h1>; }
// --- negative: a part of a page @ app/orders/list.tsx
export default function List() { return <ul />; }
// --- negative: a layout @ src/app/orders/layout.tsx
export default function Layout() { return <main />; }
// --- negative: a command is run @ src/cli.ts
import { Command } from 'commander';
program.command('reindex').action(reindex);
// +++ test/cli.test.ts
import { spawnSync } from 'node:child_process';
test('reindex', () => {
  expect(spawnSync('node', ['bin/shop.js', 'reindex']).status).toBe(0);
});
// --- negative: a command of another thing @ src/editor.ts
editor.command('bold', 'Make it bold');
// --- negative: the default command @ src/cli.ts
import yargs from 'yargs';
yargs.command('$0', 'All', () => {}, run);
// --- negative: a kind that a test makes @ deploy/crds/storefront.yaml
kind: CustomResourceDefinition
spec:
  names:
    kind: Storefront
// +++ e2e/storefront.spec.ts
import { test, expect } from '@playwright/test';
test('ready', async () => {
  await apply({ kind: 'Storefront', metadata: { name: 'a' } });
  expect(await status('a')).toBe('Ready');
});
// --- negative: a workflow with its test @ e2e/pay.spec.ts
import { test, expect } from '@playwright/test';
test('pay for a cart', async ({ page }) => {
  await page.goto('/cart');
  await expect(page).toHaveTitle('Paid');
});
// +++ workflows.yaml
workflows:
  - name: pay for a cart
    priority: P1
    needs: [e2e]
// --- negative: a unit test is all that it needs @ src/checkout.test.ts
test('checkout', () => {
  expect(checkout([1])).toEqual({ total: 300 });
});
// +++ workflows.yaml
workflows:
  - name: checkout
    needs: [unit]
// --- negative: a tag @ e2e/cart.spec.ts
import { test, expect } from '@playwright/test';
test('adds @cart', async ({ page }) => {
  await page.goto('/cart');
  await expect(page).toHaveTitle('Cart');
});
// +++ workflows.yaml
workflows:
  - name: shopping
    tests: ["@cart"]
    needs: [e2e]
// --- negative: what others wrote @ node_modules/x/index.js
app.get('/orders', list);
// --- negative: a server that stands in for others while smoke tests run @ packages/shop-smoke-test/server/api.ts
import express from 'express';

export const app = express();
app.get('/organizations', (_req, res) => res.json([]));
