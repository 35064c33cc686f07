/** How the log and the attachments reach the server, and what its absence and its refusals do. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { VERSIONS, config, project, spec, start, story, until } from './harness.mjs';
import { FakeServer } from './server.mjs';

const VERSION = VERSIONS[0];
const FAILING = {
  'a.spec.js': spec(`test('one', async ({}, info) => {
    for (const name of ['log', 'more']) await info.attach(name, { body: 'why', contentType: 'text/plain' });
    throw new Error('no');
  });`),
};

/** A test that ends once the file `go` is in the project. */
const WAITING = {
  'a.spec.js': spec(`
    test('one', async () => { console.log('waiting'); while (!require('fs').existsSync(__dirname + '/go')) await new Promise((f) => setTimeout(f, 20)); });
    test('two', () => {});`),
};
const WAITED = ['begin', 'plan 2', 'planned 2', 'start one', 'end one passed', 'start two', 'end two passed', 'finish passed', 'exit 0'];

async function listen(t) {
  const server = await new FakeServer().start();
  t.after(() => server.stop());
  return server;
}

function release(cwd) {
  fs.writeFileSync(path.join(cwd, 'go'), '');
}

function spoolBytes(shim) {
  return fs.readFileSync(path.join(shim.spool, 'events.jsonl'));
}

for (const version of VERSIONS) {
  test(`${version}: a green run is sent byte for byte, while the tests run, and the connection is held`, async (t) => {
    const server = await listen(t);
    const cwd = project(t, version, WAITING);
    const shim = start(t, { cwd, server });
    await until(() => story(server.events).includes('start one') && server.holding === 1, 'the start of the first test on the server');
    release(cwd);
    const { code, termination } = await shim.ended;
    assert.deepEqual([code, termination.sent, ...story(server.events)], [0, true, ...WAITED]);
    assert.deepEqual(server.log, spoolBytes(shim));
    await until(() => server.holding === 0, 'the end of the held connection');
  });

  test(`${version}: attachments come after the event that names them and before exit`, async (t) => {
    const server = await listen(t);
    const shim = start(t, { cwd: project(t, version, FAILING), server });
    const { code, termination } = await shim.ended;
    assert.deepEqual([code, termination.sent], [1, true]);
    const told = server.events.flatMap(({ attachments }) => attachments ?? []);
    assert.deepEqual([...server.attachments.keys()].sort(), told.map(({ file }) => file).sort());
    assert.equal(server.attachments.get(told[0].file).toString(), 'why');
    assert.deepEqual(fs.readdirSync(shim.spool).sort(), ['events.jsonl', 'node_modules', 'reserve-reporter', 'reserve-shim']);
  });
}

test('a server that comes back gets everything once', async (t) => {
  const server = await listen(t);
  await server.stop();
  const cwd = project(t, VERSION, WAITING);
  const shim = start(t, { cwd, server });
  await until(() => shim.stdout.includes('waiting'), 'the first test');
  await server.start();
  await until(() => story(server.events).includes('start one'), 'what happened meanwhile');
  await server.stop();
  release(cwd);
  await until(() => spoolBytes(shim).includes('"finish"'), 'the end of Playwright');
  await server.start();
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.sent, ...story(server.events)], [0, true, ...WAITED]);
  assert.deepEqual(server.log, spoolBytes(shim));
});

test('a server that is never there costs the bound and nothing else', async (t) => {
  const cwd = project(t, VERSION, FAILING);
  const shim = start(t, { cwd, run: { limits: { drainSeconds: 1 } } });
  await until(() => fs.existsSync(path.join(shim.spool, 'events.jsonl')) && spoolBytes(shim).includes('"finish"'), 'the end of Playwright');
  const finished = Date.now();
  const { code, termination, stderr } = await shim.ended;
  assert.ok(Date.now() - finished < 4000);
  assert.deepEqual([code, termination.code, termination.sent, termination.failed], [1, 1, false, 1]);
  assert.match(stderr, /testrun: not all results were sent: the server did not answer in time/);
  assert.equal(JSON.parse(spoolBytes(shim).toString().trim().split('\n').at(-1)).type, 'exit');
});

test('errors of the server are tried again: nothing is lost, nothing comes twice', async (t) => {
  const server = await listen(t);
  const failures = { events: [[500, {}], 'drop', 'late', [429, {}], 'late', [503, {}]], attachments: [[500, {}], 'drop', 'late'] };
  server.instead = (request, what) => failures[what?.split('/')[0]]?.shift();
  const shim = start(t, { cwd: project(t, VERSION, FAILING), server });
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.sent], [1, true]);
  assert.deepEqual(failures, { events: [], attachments: [] });
  assert.deepEqual(server.log, spoolBytes(shim));
  assert.equal(server.attachments.size, server.events.flatMap(({ attachments }) => attachments ?? []).length);
});

test('a server that lost the tail of the log gets it again', async (t) => {
  const server = await listen(t);
  const cwd = project(t, VERSION, WAITING);
  const shim = start(t, { cwd, server });
  await until(() => story(server.events).includes('start one'), 'the start of the first test');
  server.log = server.log.subarray(0, server.log.indexOf('\n') + 1);
  release(cwd);
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.sent], [0, true]);
  assert.deepEqual(server.log, spoolBytes(shim));
});

for (const status of [401, 403, 410]) {
  test(`${status} ends the sending, and the run goes on`, async (t) => {
    const server = await listen(t);
    server.instead = (_, what) => (what === 'hold' ? undefined : [status, { error: 'no more' }]);
    const shim = start(t, { cwd: project(t, VERSION, FAILING), server });
    const { code, termination, stderr } = await shim.ended;
    assert.deepEqual([code, termination.sent, termination.reported], [1, false, 1]);
    assert.match(stderr, new RegExp(`testrun: not all results were sent: the server refused events: ${status} .*no more`));
    assert.deepEqual(server.requests.filter((request) => request !== 'GET hold'), ['POST events']);
  });
}

test('a refused attachment is told in the container log, and the others are sent', async (t) => {
  const server = await listen(t);
  server.instead = (_, what) => (what === 'attachments/1-log.txt' ? [413, { error: 'too much' }] : undefined);
  const shim = start(t, { cwd: project(t, VERSION, FAILING), server });
  const { code, termination, stderr } = await shim.ended;
  assert.deepEqual([code, termination.sent], [1, true]);
  assert.match(stderr, /^testrun: the server refused attachment 1-log\.txt: 413 .*too much/m);
  assert.deepEqual([server.attachments.has('1-log.txt'), server.attachments.has('2-more.txt')], [false, true]);
});

test('a log that the server calls full: what it has stays, attachments of it are sent', async (t) => {
  const server = await listen(t);
  server.instead = (_, what) => (what === 'events' && server.log.includes('"end"') ? [413, { error: 'full' }] : undefined);
  const shim = start(t, { cwd: project(t, VERSION, FAILING), server });
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.sent, server.attachments.has('1-log.txt'), server.attachments.has('2-more.txt')], [1, false, true, true]);
});

test('a large log goes in parts of at most 1 MiB of whole lines', async (t) => {
  const server = await listen(t);
  await server.stop();
  const body = "for (let n = 0; n < 400; n += 1) test('test ' + n, () => { console.log('x'.repeat(9000)); });";
  const cwd = project(t, VERSION, { 'a.spec.js': spec(body), 'playwright.config.js': config({ reporter: 'null' }) });
  const shim = start(t, { cwd, server });
  await until(() => fs.existsSync(path.join(shim.spool, 'events.jsonl')) && spoolBytes(shim).length > 2.5 * 1024 * 1024, 'a large log');
  await server.start();
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.passed, termination.sent], [0, 400, true]);
  assert.deepEqual(server.log, spoolBytes(shim));
});
