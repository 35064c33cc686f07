// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: a catch that returns a mock: silent-fallback @ src/db.ts
export async function connect(url: string) {
  try {
    return await createPool(url);
  } catch {
    return new MockPool();
  }
}
// --- positive: or a fake: silent-fallback @ src/mail.ts
export class Notifier {
  private client: Smtp;
  constructor(client?: Smtp) {
    this.client = client || new FakeSmtp();
  }
}
// --- positive: nullish and a mock: silent-fallback @ src/search.ts
export const index = createIndex(process.env.SEARCH_URL) ?? createMockIndex();
// --- positive: a default parameter: silent-fallback @ src/pay.ts
export function charge(amount: number, gateway: Gateway = new FakeGateway()) {
  return gateway.charge(amount);
}
// --- positive: no key, a stub: silent-fallback @ src/geo.ts
export function geocoder(key?: string): Geocoder {
  if (!key) {
    return new StubGeocoder();
  }
  return new HttpGeocoder(key);
}
// --- positive: a ternary on presence: silent-fallback @ src/queue.ts
const broker = process.env.BROKER_URL ? new Broker(process.env.BROKER_URL) : new DummyBroker();
// --- positive: assigned in the catch: silent-fallback @ src/cache.js
let cache;
try {
  cache = require('ioredis').connect();
} catch (error) {
  cache = createFakeCache();
}
// --- positive: a rejected promise: silent-fallback @ src/rates.ts
export const source = () => openSource().catch(() => new MockSource());
// --- positive: undefined is compared: silent-fallback @ src/flags.ts
export function flags(client: Client | undefined) {
  if (client === undefined) {
    return createFakeFlags();
  }
  return client.flags;
}
// --- positive: the else of a presence: silent-fallback @ src/users.ts
export function users(channel?: Channel) {
  let client: Users;
  if (channel) {
    client = new UsersClient(channel);
  } else {
    client = new FakeUsers();
  }
  return client;
}
// --- positive: assigned when nullish: silent-fallback @ src/store.ts
export function store(options: Options) {
  options.backend ??= new FakeBackend();
  return new Store(options);
}
// --- positive: a harness that falls back: silent-fallback @ tests/integration/helpers.ts
export async function platform() {
  try {
    return await Platform.connect();
  } catch (error) {
    console.warn('no platform', error);
    return createMockPlatform();
  }
}
// --- positive: jest.mock in an end-to-end test: mock-in-e2e @ e2e/checkout.test.ts
jest.mock('../src/pay');
it('checks out', async () => {
  expect((await checkout('tea')).status).toBe('paid');
});
// --- positive: a function mocked in a playwright test: mock-in-e2e @ tests/shop.spec.ts
import { test, expect } from '@playwright/test';
test('mails', async ({ page }) => {
  const send = vi.fn();
  await page.exposeFunction('send', send);
  await expect(page.locator('h1')).toHaveText('sent');
});
// --- positive: sinon in cypress: mock-in-e2e @ cypress/e2e/rates.cy.ts
it('shows rates', () => {
  const rate = sinon.stub(api, 'rate');
  cy.visit('/').contains('1.00');
  expect(rate.called).to.be.true;
});
// --- positive: an intercepting server in e2e: mock-in-e2e @ packages/app/e2e/login.e2e.ts
const server = setupServer(http.get('/user', () => HttpResponse.json({ name: 'Ada' })));
test('logs in', async () => {
  expect(await login()).toBe('Ada');
});
// --- positive: by the name of the file: mock-in-e2e @ src/flow.e2e.test.ts
test('flow', async () => {
  nock('https://api').get('/a').reply(200);
  expect(await flow()).toBe('done');
});
// --- positive: acceptance folder: mock-in-e2e @ acceptance/orders.test.ts
it('lists orders', async () => {
  vi.mock('../src/api');
  expect(await orders()).toEqual([]);
});
// --- positive: a mock beside a database: mock-in-integration @ __tests__/integration/orders.test.ts
it('stores the order', async () => {
  const charge = jest.fn();
  await placeOrder(db, { charge });
  expect(await db.count('orders')).toBe(1);
});
// --- positive: a module mocked in an integration test: mock-in-integration @ src/cart.integration.test.ts
vi.mock('./events');
it('adds', async () => {
  expect(await add(pool, 'tea')).toBe(1);
});
// --- positive: a typed mock: mock-in-integration @ tests/integration/search.test.ts
it('searches', async () => {
  const ranker = mockDeep<Ranker>();
  expect(await search(index, ranker, 'tea')).toEqual(['tea']);
});
// --- positive: by folder int: mock-in-integration @ packages/api/int/users.test.ts
test('users', async () => {
  const clock = sinon.fake(() => 0);
  expect(await users(db, clock)).toEqual([]);
});
// --- positive: calls its own mock: asserts-own-mock
it('has a rate', () => {
  const rate = jest.fn().mockReturnValue(5);
  expect(rate()).toBe(5);
});
// --- positive: awaited: asserts-own-mock
it('loads', async () => {
  const load = vi.fn().mockResolvedValue({ name: 'Ada' });
  expect(await load('ada')).toEqual({ name: 'Ada' });
});
// --- positive: by a variable: asserts-own-mock
it('finds', async () => {
  const find = vi.fn(async () => ({ id: 7 }));
  const order = await find(7);
  expect(order).toEqual({ id: 7 });
});
// --- positive: a method of an object of mocks: asserts-own-mock
it('gets', () => {
  const store = { get: jest.fn(() => 'x') };
  const value = store.get('a');
  expect(value).toBe('x');
});
// --- positive: sinon: asserts-own-mock
it('stubs', () => {
  const quote = sinon.stub().returns(3);
  expect(quote('tea')).toBe(3);
});
// --- positive: a typed mock is asked: asserts-own-mock
it('clocks', () => {
  const clock = mock<Clock>();
  clock.now.mockReturnValue(12);
  const now = clock.now();
  expect(now).toBe(12);
});
// --- positive: an attribute of the answer: asserts-own-mock
test('response', async () => {
  const get = jest.fn().mockResolvedValue({ status: 200 });
  const response = await get('/');
  expect(response.status).toBe(200);
});
// --- positive: the module itself is mocked: mocks-subject @ src/cart.test.ts
import { total } from './cart';
jest.mock('./cart');
it('totals', () => {
  (total as jest.Mock).mockReturnValue(300);
  expect(total(['tea'])).toBe(300);
});
// --- positive: with a factory: mocks-subject @ src/price.spec.ts
import { discount } from './price';
vi.mock('./price', () => ({ discount: () => 0.1 }));
it('discounts', () => {
  const value = discount('ada');
  expect(value).toBe(0.1);
});
// --- positive: a spy that answers: mocks-subject
import * as tax from './tax';
it('computes vat', () => {
  jest.spyOn(tax, 'vat').mockReturnValue(19);
  expect(tax.vat(119)).toBe(19);
});
// --- positive: a spy with an implementation: mocks-subject
import clock from './clock';
it('tells the day', () => {
  vi.spyOn(clock, 'today').mockImplementation(() => 'monday');
  const day = clock.today();
  expect(day).toBe('monday');
});
// --- positive: sinon in a service: production-mock @ src/service.ts
import sinon from 'sinon';
export const service = new Service(sinon.fake());
// --- positive: vitest in a component: production-mock @ packages/app/src/basket.tsx
import { vi } from 'vitest';
export const track = vi.fn();
// --- positive: hard, an object pretends: silent-fallback @ src/tracer.ts
export function tracer() {
  try {
    return require('tracer');
  } catch {
    return { fakeSpan: () => ({ end() {} }) };
  }
}
// --- negative: a mock in a unit test
it('notifies', () => {
  const send = jest.fn();
  notify({ send }, 'ada');
  expect(send).toHaveBeenCalledWith('ada');
});
// --- negative: a module the code depends on @ src/rates.test.ts
import { rate } from './rates';
jest.mock('./http');
it('has a rate', async () => {
  expect(await rate('EUR')).toBe(2);
});
// --- negative: fails when the client is missing @ src/cache.ts
export function connect(url?: string) {
  if (!url) {
    throw new Error('REDIS_URL is not set');
  }
  return new Redis(url);
}
// --- negative: asked for by name @ src/gateways.ts
export const gateway = (kind: string) => (kind === 'fake' ? new FakeGateway() : new HttpGateway());
// --- negative: asked for by a flag @ src/mail.ts
export function mailer(settings: Settings) {
  if (settings.useFakeMailer) {
    return new FakeMailer();
  }
  return new SmtpMailer(settings.smtp);
}
// --- negative: another real one @ src/store.ts
export const store = process.env.REDIS_URL ? new RedisStore(process.env.REDIS_URL) : new MemoryStore();
// --- negative: an empty default @ src/names.ts
export const fakeNames = (names?: string[]) => names ?? [];
// --- negative: rethrown @ src/db.ts
export async function open(url: string) {
  try {
    return await createPool(url);
  } catch (error) {
    throw new Error('no database', { cause: error });
  }
}
// --- negative: a real service in e2e @ e2e/checkout.spec.ts
import { test, expect } from '@playwright/test';
test('pays', async ({ page }) => {
  await page.goto('/checkout');
  await expect(page.locator('h1')).toHaveText('Paid');
});
// --- negative: a spy watches the real thing @ __tests__/integration/cache.test.ts
it('asks once', async () => {
  const query = jest.spyOn(db, 'query');
  await new Cache(db).get('a');
  expect(query).toHaveBeenCalledTimes(1);
});
// --- negative: asks a mock about its calls
it('publishes', () => {
  const send = vi.fn();
  publish(send, 'a');
  expect(send.mock.calls.length).toBe(1);
});
// --- negative: what the code makes of a mock
it('reports', () => {
  const source = jest.fn().mockReturnValue([1, 2]);
  expect(report(source)).toBe('1, 2');
});
// --- negative: the code's own value by a variable
it('totals', () => {
  const prices = { get: jest.fn(() => 3) };
  const total = new Basket(prices).total();
  expect(total).toBe(3);
});
// --- negative: part of the module stays real @ src/cart.test.ts
import { total } from './cart';
jest.mock('./cart', () => ({ ...jest.requireActual('./cart'), load: jest.fn() }));
it('totals', () => {
  expect(total(['tea'])).toBe(3);
});
// --- negative: another method is spied on
import * as tax from './tax';
it('computes vat', () => {
  jest.spyOn(tax, 'rate').mockReturnValue(0.19);
  expect(tax.vat(100)).toBe(19);
});
// --- negative: a mock file of ours @ src/__mocks__/gateway.ts
import { vi } from 'vitest';
export const charge = vi.fn();
// --- negative: test utilities @ src/test-utils/render.tsx
import { vi } from 'vitest';
export const router = { push: vi.fn() };
// --- negative: a story may pretend @ src/basket.stories.tsx
import { fn } from 'storybook/test';
export const Empty = { args: { onBuy: fn() ?? mockBuy } };
// --- negative: runner's globals in a config @ vitest.config.ts
import { defineConfig } from 'vitest/config';
export default defineConfig({});
// --- negative: catch gives null @ src/geo.ts
export async function locate(address: string) {
  try {
    return await geocode(address);
  } catch {
    return null;
  }
}
// --- negative: a word in a message @ src/log.ts
export function warn(name: string) {
  try {
    check(name);
  } catch (error) {
    console.warn('fake name', name);
  }
}
// --- negative: timers of the runner in unit tests
it('waits', () => {
  jest.useFakeTimers();
  const done = jest.fn();
  later(done);
  jest.runAllTimers();
  expect(done).toHaveBeenCalled();
});
// --- negative: a dry run is asked for @ src/deploy.ts
export const client = (dryRun: boolean) => (dryRun ? new DummyClient() : new Client());
// --- negative: chosen in a test itself
it('chooses', () => {
  const client = given ?? new MockClient();
  expect(run(client)).toBe(3);
});
// --- negative: a fake handed in by a test
it('searches', () => {
  const index = new FakeIndex(['tea']);
  expect(search(index, 't')).toEqual(['tea']);
});
// --- negative: a callback is a mock and its effect is asserted
it('calls back', async () => {
  const onDone = jest.fn();
  const result = await runJob(onDone);
  expect(result).toBe(3);
});
// --- negative: unit folder inside integration's neighbour @ __tests__/unit/orders.test.ts
it('prices', () => {
  const rate = jest.fn(() => 2);
  expect(price(rate, 3)).toBe(6);
});
// --- negative: real server in integration @ __tests__/integration/server.test.ts
it('answers', async () => {
  const server = await start({ port: 0 });
  expect((await fetch(server.url)).status).toBe(200);
});
// --- negative: a test of a mock of ours @ src/mock-server.test.ts
it('answers', () => {
  const server = mock<Server>();
  expect(server.answer('/')).toBe(200);
});
// --- negative: faker makes data @ src/seed.ts
export const seed = (faker?: Faker) => (faker ?? new Faker({ locale: 'de' })).name();
// --- negative: an optional handler @ src/button.tsx
export const Button = ({ onClick = () => {} }: Props) => render(onClick);
// --- negative: development asks for it by name @ src/boot.ts
if (process.env.MOCKING === 'on') {
  startMockWorker();
}
// --- negative: hard, a type with fake in its name @ src/check.ts
export const verify = (name?: string) => (name ? lookup(name) : new FakeNameError());
// --- negative: a callback in an integration test records calls @ __tests__/integration/jobs.test.ts
it('finishes', async () => {
  const onFinish = jest.fn();
  await runJobs(db, onFinish);
  expect(onFinish).toHaveBeenCalledTimes(1);
});
// --- negative: asks a stub how it was called
it('hands the order on', () => {
  const sink = sinon.stub();
  place(order, sink);
  expect(sink.calledWith(order)).toBe(true);
});
// --- negative: reads a call of its stub by a variable
it('binds what is given', async () => {
  const sink = sinon.stub(shop, 'query');
  await shop.remove(order);
  const first = sink.getCall(0);
  expect(first.args[0]).toEqual('DELETE');
});
// --- negative: a unit test by its folder, whatever its name @ tests/unit/plugin-integration.test.ts
jest.mock('./mailer');
test('sends', async () => {
  expect(await send(order)).toEqual({ sent: 1 });
});

// --- negative: a unit test of what drives a browser @ src/browser.test.ts
import { chromium } from '@playwright/test';
import { expect, test, vi } from 'vitest';
vi.mock('@playwright/test', () => ({ chromium: { launch: vi.fn() } }));
test('launches', async () => {
  expect(await start(chromium)).toBe(true);
});
