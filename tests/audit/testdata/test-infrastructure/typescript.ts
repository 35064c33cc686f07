// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: polls with a deadline: own-wait @ test/helpers/wait.ts
export async function waitFor(check: () => boolean, timeout = 5000) {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not in time');
}
// +++ src/queue.test.ts
import { waitFor } from '../test/helpers/wait';

it('drains', async () => {
  await waitFor(() => queue.empty);
  expect(queue.done).toEqual(['tea']);
});
// --- positive: tries again: own-wait @ test/retry.js
exports.retry = retry;
async function retry(fn, times = 3) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fn();
    } catch (error) {
      if (attempt === times) throw error;
      await sleep(100 * attempt);
    }
  }
}
// --- positive: an interval until it is so: own-wait @ e2e/support/until.ts
export const until = (check: () => boolean) =>
  new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (check()) {
        clearInterval(timer);
        resolve();
      }
    }, 20);
  });
// --- positive: calls itself again: own-wait @ test/poll.ts
export function poll(check: () => boolean, done: () => void) {
  if (check()) {
    done();
    return;
  }
  setTimeout(() => poll(check, done), 10);
}
// --- positive: a loop on a status: own-wait @ e2e/jobs.ts
export async function finished(client: Client, job: string) {
  while ((await client.status(job)) !== 'done') {
    await delay(500);
  }
  return client.result(job);
}
// --- positive: a method of a fixture: own-wait @ test/server.ts
export class Fixture {
  constructor(private child: ChildProcess) {}

  async ready() {
    while (!(await this.ping())) {
      await sleep(100);
    }
  }
}
// --- positive: do and while: own-wait @ test/eventually.mjs
export const eventually = async (assertion) => {
  let last;
  let left = 20;
  do {
    try {
      return await assertion();
    } catch (error) {
      last = error;
      await new Promise((r) => setTimeout(r, 25));
    }
  } while (left-- > 0);
  throw last;
};
// --- positive: two test files have the same loop: copied @ src/cart.test.ts
async function settled(check: () => boolean) {
  while (!check()) {
    await new Promise((r) => setTimeout(r, 10));
  }
}

it('saves', async () => {
  await settled(() => cart.saved);
  expect(cart.total).toBe(3);
});
// +++ src/orders.test.ts
async function settled(check: () => boolean) {
  while (!check()) {
    await new Promise((r) => setTimeout(r, 10));
  }
}

it('counts', async () => {
  await settled(() => orders.ready);
  expect(orders.count).toBe(1);
});
// --- positive: two copies of a spy: copied @ src/a.test.js
function spy() {
  const calls = [];
  const fn = (...args) => { calls.push(args); };
  return { fn, calls };
}
it('a', () => { const s = spy(); a(s.fn); expect(s.calls).toEqual([[1]]); });
// +++ src/b.test.js
function spy() {
  const calls = [];
  const fn = (...args) => { calls.push(args); };
  return { fn, calls };
}
it('b', () => { const s = spy(); b(s.fn); expect(s.calls).toEqual([[2]]); });
// --- positive: generic assertions: own-assertions @ test/asserts.ts
export function assertEqual(actual: unknown, expected: unknown) {
  if (actual !== expected) {
    throw new Error(`${actual} is not ${expected}`);
  }
}

export function assertContains(whole: string, part: string) {
  if (!whole.includes(part)) {
    throw new Error(`${part} is not in ${whole}`);
  }
}
// --- positive: throws told by hand: own-assertions @ test/throws.js
export function assertThrows(fn, message) {
  let thrown = false;
  try {
    fn();
  } catch (error) {
    thrown = error.message === message;
  }
  if (!thrown) throw new Error('did not throw ' + message);
}
// --- positive: an assertion class: own-assertions @ test/lib/expectation.ts
export class Expectation {
  constructor(private value: unknown) {}

  toEqual(other: unknown) {
    if (this.value !== other) throw new Error('differs');
  }

  toContain(part: string) {
    if (!String(this.value).includes(part)) throw new Error('lacks it');
  }

  isTrue() {
    if (this.value !== true) throw new Error('is not true');
  }
}
// --- positive: deep equality: own-assertions @ test/deep.js
function deepEqual(a, b, path = '') {
  for (const key of Object.keys(a)) {
    if (typeof a[key] === 'object') deepEqual(a[key], b[key], path + '.' + key);
    else if (a[key] !== b[key]) throw new Error(path + '.' + key);
  }
}
module.exports = { deepEqual };
// --- positive: a server with canned answers: own-server @ test/fake-api.ts
import http from 'node:http';

export function fakeApi(answers: Record<string, unknown>) {
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url ?? '']));
  });
  server.listen(0);
  return server;
}
// --- positive: express plays the other side: own-server @ test/mocks/payments.js
const express = require('express');

function payments() {
  const app = express();
  app.use(express.json());
  app.post('/charges', (req, res) => res.status(201).json({ id: 1 }));
  return app.listen(0);
}
module.exports = { payments };
// --- positive: a class of a server: own-server @ e2e/stub-server.ts
import { createServer, Server } from 'node:http';

export class StubServer {
  requests: string[] = [];
  server: Server = createServer(async (req, res) => {
    this.requests.push(req.url ?? '');
    res.end('{}');
  });

  async close() {
    this.server.close();
  }
}
// --- positive: a web socket server: own-server @ test/socket.ts
import { WebSocketServer } from 'ws';

export const chat = (port: number) => {
  const server = new WebSocketServer({ port });
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(`echo ${data}`));
  });
  return server;
};
// --- positive: raw sockets: own-server @ test/smtp.js
import net from 'net';

export default function smtp(lines) {
  return net.createServer(function (socket) {
    socket.write('220 ready\r\n');
    socket.on('data', (data) => lines.push(String(data)));
  });
}
// --- positive: fastify: own-server @ test/upstream.ts
import Fastify from 'fastify';

export async function upstream() {
  const app = Fastify();
  app.get('/stock', async () => ({ tea: 3 }));
  await app.listen({ port: 0 });
  return app;
}
// --- positive: a spy by hand: own-mock @ test/spy.ts
export function createSpy<T>(result?: T) {
  const calls: unknown[][] = [];
  const spy = (...args: unknown[]) => {
    calls.push(args);
    return result;
  };
  return Object.assign(spy, { calls });
}
// --- positive: a proxy that records: own-mock @ test/mock.js
export function mockOf(log) {
  return new Proxy({}, {
    get: (_, name) => (value) => {
      log.push([name, value]);
    },
  });
}
// --- positive: told what to return: own-mock @ test/stubs.ts
export class StubClient {
  calls: string[] = [];
  returns: unknown = undefined;

  async get(url: string) {
    this.calls.push(url);
    return this.returns;
  }
}
// --- positive: replaced and put back: own-mock @ test/patch.js
export function patch(object, name, replacement) {
  const original = object[name];
  object[name] = replacement;
  return () => {
    object[name] = original;
  };
}
// --- positive: counts calls: own-mock @ test/fake.ts
export class FakeGateway {
  callCount = 0;
  private results: string[] = [];

  willReturn(...results: string[]) {
    this.results = results;
  }

  charge() {
    this.callCount++;
    return this.results.shift();
  }
}
// --- positive: golden files with an update: own-snapshot @ test/golden.ts
import fs from 'node:fs';

export function expectGolden(name: string, text: string) {
  const place = `test/golden/${name}`;
  if (process.env.UPDATE) fs.writeFileSync(place, text);
  if (fs.readFileSync(place, 'utf8') !== text) throw new Error(`${name} differs`);
}
// --- positive: written when missing: own-snapshot @ test/snapshots.mjs
import { existsSync, readFileSync, writeFileSync } from 'fs';
import assert from 'node:assert';

export const matchSnapshot = (file, value) => {
  const text = JSON.stringify(value, null, 2);
  if (!existsSync(file)) writeFileSync(file, text);
  if (readFileSync(file, 'utf8') !== text) throw new assert.AssertionError({ message: file });
};
// --- positive: recorded answers: own-snapshot @ test/cassette.ts
import { readFile, writeFile } from 'node:fs/promises';

export async function cassette(name: string, live: () => Promise<string>) {
  if (process.env.RECORD === '1') {
    await writeFile(`test/cassettes/${name}`, await live());
  }
  return readFile(`test/cassettes/${name}`, 'utf8');
}
// --- positive: a fluent builder: own-builder @ test/builders/order.ts
export class OrderBuilder {
  private order: Order = { items: [], customer: 'ada' };

  withItem(name: string) {
    this.order.items.push(name);
    return this;
  }

  forCustomer(name: string) {
    this.order.customer = name;
    return this;
  }

  build(): Order {
    return { ...this.order };
  }
}
// +++ src/order.test.ts
import { OrderBuilder } from '../test/builders/order';

it('totals', () => {
  expect(total(new OrderBuilder().withItem('tea').build())).toBe(3);
});
// --- positive: a factory with a sequence: own-builder @ test/factories.ts
export class UserFactory {
  private next = 0;

  build(changes: Partial<User> = {}): User {
    this.next += 1;
    return { id: this.next, name: `user${this.next}`, ...changes };
  }
}
// --- negative: a random word @ test/random.js
export function randomName(length = 8) {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  let name = '';
  for (let i = 0; i < length; i++) name += letters[Math.floor(Math.random() * letters.length)];
  return name;
}
// --- positive: random people: own-builder @ cypress/support/person.ts
export const person = () => {
  const first = pick(['Ada', 'Grace', 'Alan']);
  const number = Math.floor(Math.random() * 1000);
  return {
    first,
    email: `${first}${number}@example.com`,
  };
};
// --- positive: a folder of its own: own-fixture @ test/folder.ts
import { mkdtempSync, rmSync } from 'node:fs';

export function withFolder(work: (place: string) => void) {
  const place = mkdtempSync('/tmp/shop-');
  try {
    work(place);
  } finally {
    rmSync(place, { recursive: true });
  }
}
// --- positive: the environment set and put back: own-fixture @ test/env.js
export async function withEnv(name, value, work) {
  const before = process.env[name];
  process.env[name] = value;
  try {
    await work();
  } finally {
    process.env[name] = before;
  }
}
// --- positive: the console taken: own-fixture @ test/console.ts
export function captureConsole() {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => lines.push(line);
  return { lines, restore: () => { console.log = log; } };
}
// --- positive: a frozen clock: own-fixture @ test/clock.js
export function freeze(time) {
  const now = Date.now;
  Date.now = () => time;
  return () => {
    Date.now = now;
  };
}
// --- positive: a describe and it of its own: own-runner @ test/mini.js
const cases = [];
export function it(name, fn) {
  cases.push({ name, fn });
}
export async function run() {
  for (const each of cases) {
    try {
      await each.fn();
      console.log('ok', each.name);
    } catch (error) {
      console.error('not ok', each.name, error);
      process.exitCode = 1;
    }
  }
}
// --- positive: counts by hand: own-runner @ test/run-all.ts
export async function runAll(cases: Record<string, () => Promise<void>>) {
  let passed = 0;
  let failed = 0;
  for (const [name, fn] of Object.entries(cases)) {
    try {
      await fn();
      passed++;
    } catch (error) {
      failed++;
      console.error(name, error);
    }
  }
  return failed === 0;
}
// --- positive: hard, waits for a log line: own-wait @ e2e/logs.ts
export async function line(read: () => string[], wanted: RegExp): Promise<string> {
  for (;;) {
    const found = read().find((each) => wanted.test(each));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
// --- positive: hard, a generator that ticks: own-wait @ test/ticks.ts
import { setTimeout as pauseFor } from 'node:timers/promises';

export async function stable(read: () => number) {
  let before = NaN;
  for await (const now of ticks(read)) {
    if (now === before) return now;
    before = now;
  }
}

async function* ticks(read: () => number) {
  while (true) {
    yield read();
    await pauseFor(10);
  }
}
// --- negative: the repository's own assertion @ test/helpers.ts
export function expectPaid(order: Order, amount: number) {
  expect(order.status).toBe('paid');
  expect(order.amount).toBe(amount);
  expect(order.receipt).toBeDefined();
}
// --- negative: a builder of one function @ test/build.ts
export const makeOrder = (changes: Partial<Order> = {}): Order => ({
  id: 1,
  items: ['tea'],
  customer: 'ada',
  ...changes,
});
// --- negative: a sleep and nothing else @ test/sleep.ts
export const sleep = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
// --- negative: a load of requests @ test/load.js
export async function load(client, count) {
  for (let i = 0; i < count; i++) {
    await client.post('/orders', { i });
    await sleep(10);
  }
}
// --- negative: Testing Library waits @ src/test-utils.tsx
import { render, waitFor } from '@testing-library/react';

export async function renderReady(element: JSX.Element) {
  const view = render(element);
  await waitFor(() => view.getByRole('main'));
  return view;
}
// --- negative: p-retry @ test/retry.ts
import pRetry from 'p-retry';

export const reachable = (url: string) =>
  pRetry(async () => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(url);
  }, { retries: 5 });
// --- negative: mocks of the library @ test/mocks/repo.ts
import { vi } from 'vitest';

export const mockRepo = () => {
  const calls: unknown[] = [];
  return {
    find: vi.fn().mockResolvedValue({ id: 1 }),
    save: vi.fn((...args: unknown[]) => { calls.push(args); }),
  };
};
// --- negative: an in-memory repository @ test/fakes.ts
export class FakeRepository {
  private orders = new Map<number, Order>();

  async save(order: Order) {
    this.orders.set(order.id, order);
  }

  async find(id: number) {
    return this.orders.get(id);
  }
}
// --- negative: keeps what is sent @ test/fakes.ts
export class FakeMailer {
  sent: Message[] = [];

  async send(message: Message) {
    this.sent.push(message);
  }
}
// --- negative: a clock that is handed in @ test/clock.ts
export class FakeClock {
  constructor(private time = 0) {}

  now() {
    return this.time;
  }

  tick(ms: number) {
    this.time += ms;
  }
}
// --- negative: msw @ test/server.ts
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

export const start = () => {
  const server = setupServer(
    http.get('/stock', () => HttpResponse.json({ tea: 3 })),
  );
  server.listen();
  return server;
};
// --- negative: nock @ test/upstream.js
const nock = require('nock');

function rates(rate) {
  nock('https://rates.example.com')
    .get('/eur')
    .reply(200, { rate });
}
module.exports = { rates };
// --- negative: the app under test served @ test/app.ts
import { createServer } from 'node:http';
import { app } from '../src/app';

export async function serve() {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}
// --- negative: a middleware in an app @ test/with-middleware.js
const express = require('express');

function appWith(middleware) {
  const app = express();
  app.use(middleware);
  app.get('/', (req, res) => res.send(req.user));
  return app;
}
module.exports = { appWith };
// --- negative: data that is read @ test/data.ts
import { readFileSync } from 'node:fs';

export function load(name: string) {
  const text = readFileSync(`test/data/${name}`, 'utf8');
  return JSON.parse(text);
}
// --- negative: a file is changed for the test @ test/config.ts
import { readFileSync, writeFileSync } from 'node:fs';

export function setPort(file: string, port: number) {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.port = port;
  writeFileSync(file, JSON.stringify(config));
}
// --- negative: the runner's snapshots @ test/shots.ts
export function expectShot(view: View) {
  const html = view.toString().replace(/id="\d+"/g, '');
  expect(html).toMatchSnapshot();
}
// --- negative: a page object @ e2e/pages/login.ts
export class LoginPage {
  constructor(private page: Page) {}

  async open() {
    await this.page.goto('/login');
    return this;
  }

  async fill(name: string) {
    await this.page.fill('#name', name);
    return this;
  }

  async submit() {
    await this.page.click('button');
  }
}
// --- negative: custom matchers @ test/matchers.ts
expect.extend({
  toBePaid(order: Order) {
    const pass = order.status === 'paid';
    return { pass, message: () => `${order.id} is not paid` };
  },
});
// --- negative: faker @ test/factories.ts
import { faker } from '@faker-js/faker';

export const person = () => ({
  first: faker.person.firstName(),
  email: faker.internet.email(),
  number: Math.floor(Math.random() * 10),
});
// --- negative: fishery @ test/factories.ts
import { Factory } from 'fishery';

export const userFactory = Factory.define<User>(({ sequence }) => ({
  id: sequence,
  name: `user${sequence}`,
}));
// --- negative: stubs of the runner @ test/env.ts
import { vi } from 'vitest';

export function production() {
  vi.stubEnv('NODE_ENV', 'production');
  vi.useFakeTimers();
  vi.setSystemTime(new Date('2026-01-01'));
}
// --- negative: the environment of the whole run @ test/setup.js
export default function setup() {
  process.env.TZ = 'UTC';
  process.env.SHOP_ENV = 'test';
  require('dotenv').config({ path: '.env.test' });
}
// --- negative: a loop of one test file @ src/worker.test.ts
async function idle(worker: Worker) {
  while (!worker.idle) {
    await sleep(10);
  }
}

it('works', async () => {
  await idle(worker);
  expect(worker.done).toBe(1);
});
// --- negative: a retry in code that is no test @ src/retry.ts
export async function retry<T>(fn: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fn();
    } catch (error) {
      if (attempt > 3) throw error;
      await sleep(100);
    }
  }
}
// --- negative: names that two files share and mean otherwise @ src/one.test.ts
const order = () => ({ id: 1, items: ['tea'] });

it('totals', () => {
  expect(total(order())).toBe(3);
});
// +++ src/two.test.ts
const order = () => ['tea', 'milk'];

it('sorts', () => {
  expect(sort(order())).toEqual(['milk', 'tea']);
});
// --- negative: renders with what it needs @ src/test-utils/render.tsx
export function renderWithStore(element: JSX.Element, state: State) {
  const store = createStore(state);
  const view = render(<Provider store={store}>{element}</Provider>);
  return { store, ...view };
}
// --- negative: fixtures of Playwright @ e2e/fixtures.ts
import { test as base } from '@playwright/test';

export const test = base.extend<{ shop: Shop }>({
  shop: async ({ page }, use) => {
    await page.goto('/');
    await use(new Shop(page));
  },
});
// --- negative: parses output @ test/output.ts
export function rows(text: string) {
  const [header, ...lines] = text.split('\n');
  const names = header.split(/\s+/);
  return lines.map((line) => Object.fromEntries(line.split(/\s+/).map((cell, at) => [names[at], cell])));
}
// --- negative: a promise with a limit @ test/limit.ts
export const within = <T>(work: Promise<T>, ms: number) =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), ms)),
  ]);
// --- negative: hard, waits between steps @ e2e/typing.ts
export async function type(page: Page, text: string) {
  for (const letter of text) {
    await page.keyboard.press(letter);
    await page.waitForTimeout(20);
  }
  return page.inputValue('#search');
}
// --- negative: hard, collects events @ test/events.ts
export function collect(emitter: Emitter) {
  const events: Event[] = [];
  emitter.on('event', (event: Event) => {
    if (event.kind === 'error') throw event;
    events.push(event);
  });
  return events;
}
// --- negative: a server of raw sockets @ test/helpers/raw.ts
export const createRawServer = async (onConnection: (socket: net.Socket) => void) => {
  const server = net.createServer((socket) => {
    onConnection(socket);
  });
  await listen(server);
  return server;
};
// --- negative: a container with its configuration @ test/dex.ts
export const startDex = async (users: User[]) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dex-'));
  fs.writeFileSync(path.join(folder, 'dex.conf'), configuration(users));
  const dex = spawn('docker', ['run', '-v', `${folder}:/config`, IMAGE]);
  return { stop: () => { dex.kill(); fs.rmSync(folder, { recursive: true }); } };
};
// --- negative: a factory that draws nothing and counts only in its loop @ test/blockFactory.ts
export class BlockFactory {
  static createBoard(): Board {
    const board = createBoard();
    for (let i = 0; i < 3; i++) {
      board.properties.push({ id: `property${i + 1}` });
    }
    return board;
  }

  static createCard(board: Board): Card {
    return { ...createCard(), boardId: board.id };
  }
}
// --- positive: letters of many kinds, drawn at length: own-builder @ test/text.ts
export function randomText(length: number, kind: 'lower' | 'upper' | 'digits') {
  const letters = {
    lower: 'abcdefghijklmnopqrstuvwxyz',
    upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    digits: '0123456789',
  }[kind];
  let text = '';
  for (let i = 0; i < length; i++) {
    text += letters[Math.floor(Math.random() * letters.length)];
  }
  return text;
}
// --- negative: a page object that hands out parts of its page @ e2e/pages/AlertsPage.ts
export class AlertsPage {
  constructor(readonly page: Page) {}

  get createButton() {
    return this.page.getByTestId('create');
  }

  cards() {
    return this.page.locator('.card');
  }

  async createAlert(name: string) {
    await this.createButton.click();
    await this.page.fill('name', name);
  }
}
// --- negative: goes through what it started, and gives it time to end @ e2e/stack.mjs
export function shutdown(code) {
  for (const child of children) {
    if (child.exitCode === null) child.kill('SIGTERM');
  }
  setTimeout(() => {
    for (const child of children) {
      if (child.exitCode === null) child.kill('SIGKILL');
    }
    return process.exit(code);
  }, 2000);
}
// --- positive: the same runner in each file: own-runner @ tests/one.test.cjs
let passed = 0;
function test(name, fn) { fn(); passed += 1; console.log('ok', name); }

test('one', () => assert.ok(read('one')));
// +++ tests/two.test.cjs
let passed = 0;
function test(name, fn) { fn(); passed += 1; console.log('ok', name); }

test('two', () => assert.ok(read('two')));
// --- negative: puts together what tests run in @ test/testSetup.ts
export class TestSetupBuilder {
  static create() {
    return new TestSetupBuilder();
  }

  withUsers() {
    this.steps.push(() => this.users.create());
    return this;
  }

  withNotes() {
    this.steps.push(() => this.notes.create());
    return this;
  }

  build() {
    return Promise.all(this.steps.map((each) => each()));
  }
}
