// Snippets for the scanner; each is a file of its own. They are read, never run.
// --- positive: playwright in the unit folder: place-and-mark-differ @ __tests__/unit/shop.test.ts
import { test, expect } from '@playwright/test';
test('shop', async ({ page }) => {
  await expect(page).toHaveTitle('Shop');
});
// --- positive: playwright among integration tests: place-and-mark-differ @ __tests__/integration/login.test.ts
import { test, expect } from '@playwright/test';
test('login', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/login');
});
// --- positive: playwright in an integration file: place-and-mark-differ @ src/cart.integration.spec.ts
import { expect, test } from '@playwright/test';
test('cart', async ({ page }) => {
  await expect(page.locator('li')).toHaveCount(1);
});
// --- positive: cypress in unit tests: place-and-mark-differ @ tests/unit/menu.test.ts
import 'cypress';
it('opens', () => {
  cy.get('.menu').should('be.visible');
});
// --- positive: playwright in units of a package: place-and-mark-differ @ packages/web/units/page.spec.ts
import { test, expect } from '@playwright/test';
test('page', async ({ page }) => {
  await expect(page).toHaveTitle('A');
});
// --- positive: asks the internet: unit-touches-network
it('has a rate', async () => {
  const reply = await fetch('https://api.rates.io/eur');
  expect(reply.status).toBe(200);
});
// --- positive: axios gets: unit-touches-network @ __tests__/unit/hooks.test.ts
import axios from 'axios';
it('hooks', async () => {
  const reply = await axios.get('https://hooks.shop.io/1');
  expect(reply.status).toBe(202);
});
// --- positive: axios posts: unit-touches-network
import axios from 'axios';
test('posts', async () => {
  expect((await axios.post('https://hooks.shop.io/1', {})).status).toBe(202);
});
// --- positive: got in a describe: unit-touches-network
import got from 'got';
describe('rates', () => {
  it('are there', async () => {
    expect(await got('https://api.rates.io').json()).toEqual({});
  });
});
// --- positive: https of node: unit-touches-network
import https from 'node:https';
test('certificate', (done) => {
  https.get('https://shop.io', (reply) => {
    expect(reply.statusCode).toBe(200);
    done();
  });
});
// --- positive: a socket: unit-touches-network @ tests/unit/snippet.test.ts
import net from 'node:net';
test('port', () => {
  const socket = net.connect(80, 'shop.internal.corp');
  expect(socket.connecting).toBe(true);
});
// --- positive: mongoose: unit-touches-network @ tests/unit/snippet.test.ts
import mongoose from 'mongoose';
it('connects', async () => {
  const connection = await mongoose.connect('mongodb://db/shop');
  expect(connection.connections.length).toBe(1);
});
// --- positive: the driver of mongo: unit-touches-network @ tests/unit/snippet.test.ts
import { MongoClient } from 'mongodb';
it('counts', async () => {
  const client = await MongoClient.connect(process.env.MONGO_URL!);
  expect(await client.db().collection('a').countDocuments()).toBe(0);
});
// --- positive: a broker: unit-touches-network @ tests/unit/snippet.test.ts
import amqp from 'amqplib';
it('publishes', async () => {
  const connection = await amqp.connect('amqp://rabbit');
  expect(await send(connection, 'a')).toBe(true);
});
// --- positive: a browser in a unit test: unit-starts-process @ tests/unit/snippet.test.ts
import { chromium } from 'playwright';
it('renders', async () => {
  const browser = await chromium.launch();
  expect(browser.contexts()).toEqual([]);
});
// --- positive: puppeteer: unit-starts-process @ tests/unit/snippet.test.ts
import puppeteer from 'puppeteer';
it('prints', async () => {
  const browser = await puppeteer.launch();
  expect(await pages(browser)).toBe(1);
});
// --- positive: the cluster's configuration: unit-touches-network @ tests/unit/snippet.test.ts
import * as k8s from '@kubernetes/client-node';
it('lists pods', async () => {
  const config = new k8s.KubeConfig();
  config.loadFromDefault();
  expect(await pods(config)).toEqual([]);
});
// --- positive: mysql: unit-touches-network @ tests/unit/snippet.test.ts
import mysql from 'mysql2';
it('selects', () => {
  const connection = mysql.createConnection({ host: 'db' });
  expect(connection.threadId).toBe(null);
});
// --- positive: a websocket url by fetch: unit-touches-network @ tests/unit/socket.test.js
test('upgrade', async () => {
  const reply = await globalThis.fetch('https://echo.shop.io/ws');
  expect(reply.status).toBe(101);
});
// --- positive: exec: unit-starts-process @ tests/unit/snippet.test.ts
import { execSync } from 'node:child_process';
test('version', () => {
  expect(execSync('helm version').toString()).toMatch(/^version/);
});
// --- positive: spawn: unit-starts-process @ __tests__/unit/server.test.ts
import { spawn } from 'child_process';
test('starts', () => {
  const server = spawn('./server');
  expect(server.killed).toBe(false);
});
// --- positive: by the module: unit-starts-process @ tests/unit/snippet.test.ts
import * as cp from 'child_process';
test('help', () => {
  expect(cp.spawnSync('shop', ['--help']).status).toBe(0);
});
// --- positive: required: unit-starts-process @ tests/unit/snippet.test.ts
const { execFileSync } = require('child_process');
test('build', () => {
  expect(execFileSync('make', ['build']).length).toBe(0);
});
// --- positive: execa: unit-starts-process @ tests/unit/snippet.test.ts
import { execa } from 'execa';
test('lists', async () => {
  const { stdout } = await execa('kubectl');
  expect(stdout).toBe('a');
});
// --- positive: forked: unit-starts-process @ tests/unit/snippet.test.ts
import { fork } from 'node:child_process';
test('worker', () => {
  const worker = fork('./worker.js');
  expect(worker.connected).toBe(true);
});
// --- positive: it.only: focused
it.only('adds', () => {
  expect(add(1, 2)).toBe(3);
});
it('subtracts', () => {
  expect(sub(2, 1)).toBe(1);
});
// --- positive: describe.only: focused
describe.only('cart', () => {
  it('adds', () => {
    expect(cart.add('tea')).toBe(1);
  });
});
// --- positive: test.only of playwright: focused @ e2e/shop.spec.ts
import { test, expect } from '@playwright/test';
test.only('buys', async ({ page }) => {
  await expect(page).toHaveTitle('Shop');
});
// --- positive: fit: focused
fit('adds', () => {
  expect(add(1, 2)).toBe(3);
});
// --- positive: fdescribe: focused
fdescribe('cart', () => {
  it('adds', () => {
    expect(cart.add('tea')).toBe(1);
  });
});
// --- positive: only with a table: focused
it.only.each([1, 2])('doubles %s', (n) => {
  expect(double(n)).toBe(n * 2);
});
// --- positive: a focused block of playwright: focused @ e2e/cart.spec.ts
import { test, expect } from '@playwright/test';
test.describe.only('cart', () => {
  test('adds', async ({ page }) => {
    await expect(page.locator('li')).toHaveCount(1);
  });
});
// --- positive: hard, a network behind a helper: unit-touches-network
const ask = (path: string) => fetch('https://api.shop.io' + path);
it('asks', async () => {
  expect((await ask('/')).status).toBe(200);
});
// --- negative: place and import agree @ e2e/shop.spec.ts
import { test, expect } from '@playwright/test';
test('shop', async ({ page }) => {
  await expect(page).toHaveTitle('Shop');
});
// --- negative: unit in its folder @ __tests__/unit/price.test.ts
it('prices', () => {
  expect(price('tea')).toBe(3);
});
// --- negative: integration in its folder @ __tests__/integration/orders.test.ts
it('orders', async () => {
  expect(await orders(db)).toEqual([]);
});
// --- negative: nothing says anything
it('adds', () => {
  expect(add(1, 2)).toBe(3);
});
// --- negative: fetch is replaced
it('has a rate', async () => {
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'));
  expect((await fetch('https://api.rates.io')).status).toBe(200);
});
// --- negative: axios is replaced
import axios from 'axios';
jest.mock('axios');
it('hooks', async () => {
  expect(await axios.get('https://hooks.shop.io/1')).toBeUndefined();
});
// --- negative: nock answers
import nock from 'nock';
import got from 'got';
it('rates', async () => {
  nock('https://api.rates.io').get('/').reply(200, {});
  expect(await got('https://api.rates.io').json()).toEqual({});
});
// --- negative: msw answers
import { setupServer } from 'msw/node';
it('rates', async () => {
  expect((await fetch('https://api.rates.io')).status).toBe(200);
});
// --- negative: localhost
it('health', async () => {
  expect((await fetch('http://localhost:3000/health')).status).toBe(200);
});
// --- negative: a server of its own
it('health', async () => {
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});
// --- negative: example.com handed to a client of ours
it('requests', async () => {
  expect((await app.request('https://example.com/a')).status).toBe(200);
});
// --- negative: app.fetch is no fetch
it('answers', async () => {
  expect((await app.fetch(new Request('https://shop.io/a'))).status).toBe(200);
});
// --- negative: a request object is data
it('reads the path', () => {
  expect(new Request('https://shop.io/a').url).toBe('https://shop.io/a');
});
// --- negative: exec of a regular expression
it('matches', () => {
  expect(/a(b)/.exec('ab')![1]).toBe('b');
});
// --- negative: an exec of ours
import { exec } from './sql';
it('executes', () => {
  expect(exec('select 1')).toEqual([1]);
});
// --- negative: a process in an integration test @ __tests__/integration/cli.test.ts
import { spawnSync } from 'node:child_process';
it('runs', () => {
  expect(spawnSync('shop').status).toBe(0);
});
// --- negative: the process is replaced
import { execSync } from 'node:child_process';
vi.mock('node:child_process');
it('pushes', () => {
  expect(execSync('git push')).toBeUndefined();
});
// --- negative: the same interpreter
import { spawnSync } from 'node:child_process';
it('runs node', () => {
  expect(spawnSync(process.execPath, ['-e', '0']).status).toBe(0);
});
// --- negative: another connect
it('connects', () => {
  expect(store.connect('a')).toBe(true);
});
// --- negative: redux' connect
import { connect } from 'react-redux';
it('maps', () => {
  expect(connect(mapState)(View).displayName).toBe('Connect(View)');
});
// --- negative: another launch
it('launches', () => {
  expect(rocket.launch()).toBe('off');
});
// --- negative: skipped
it.skip('asks', async () => {
  expect((await fetch('https://api.rates.io')).status).toBe(200);
});
// --- negative: a property called only
it('filters', () => {
  expect(query.only('name')).toEqual(['name']);
});
// --- negative: fit of a plot
it('fits', () => {
  expect(model.fit([1, 2])).toBe(1);
});
// --- negative: only of a list
it('keeps one', () => {
  expect(list.only(1)).toEqual([1]);
});
// --- negative: describe.each
describe.each([1, 2])('n %s', (n) => {
  it('doubles', () => {
    expect(double(n)).toBe(2 * n);
  });
});
// --- negative: a url that is parsed
it('parses', () => {
  expect(new URL('https://shop.io/a').pathname).toBe('/a');
});
// --- negative: mongo in memory
import mongoose from 'mongoose';
it('connects', async () => {
  expect(await mongoose.connect('mongodb://127.0.0.1:27017/t')).toBe(mongoose);
});
// --- negative: a local port
import net from 'node:net';
it('listens', () => {
  const socket = net.connect(0, 'localhost');
  expect(socket.destroyed).toBe(false);
});
// --- negative: a helper file @ tests/helpers.ts
export const ask = () => fetch('https://api.shop.io');
// --- negative: in an end-to-end test @ e2e/api.test.ts
it('is there', async () => {
  expect((await fetch('https://shop.io')).status).toBe(200);
});
// --- negative: fetch of a data url
it('decodes', async () => {
  expect(await (await fetch('data:,a')).text()).toBe('a');
});
// --- negative: vitest in the browser folder of a package @ src/browser/menu.test.ts
it('opens', () => {
  expect(menu.open()).toBe(true);
});
// --- negative: a hook answers
import got from 'got';
test('reads the body', async () => {
  const { body } = await got('http://unix/', { hooks: { beforeRequest: [() => answer] } });
  expect(body).toBe('ok');
});
// --- negative: an agent that never connects
import got from 'got';
test('wraps the cause', async () => {
  await expect(got('https://shop.io', { agent: { https: new BrokenAgent() } })).rejects.toThrow('oh no');
});
// --- negative: a lookup of its own says where the name leads
it('asks the address that is given', async () => {
  const { data } = await axios.post('http://shop.internal:4444', order, { lookup: async () => '127.0.0.1' });
  expect(data).toEqual(order);
});

// --- negative: a fetch of its own
test('rejects private hosts', async () => {
  const fetch = guarded();
  await expect(fetch('http://shop.io/cart')).rejects.toThrow('private');
});
