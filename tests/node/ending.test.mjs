/** How a shard ends: signals, crashes, and what makes the shim itself unable to work. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { FIXTURES, VERSIONS, config, project, spec, spooled, start, story, until, write } from './harness.mjs';
import { FakeServer } from './server.mjs';

const ENDLESS = spec(`
  test('one', () => {});
  test('two', async () => { console.log('waiting ' + process.ppid); await new Promise(() => {}); });
  test('three', () => {});`);

async function listen(t) {
  const server = await new FakeServer().start();
  t.after(() => server.stop());
  return server;
}

for (const version of VERSIONS) {
  test(`${version}: SIGTERM lets Playwright write its reports, and the shim ends with 143`, async (t) => {
    const server = await listen(t);
    const cwd = project(t, version, { 'a.spec.js': ENDLESS, 'playwright.config.js': config({ timeout: 0, reporter: [['line'], ['junit', { outputFile: 'junit.xml' }]] }) });
    const shim = start(t, { cwd, server });
    await until(() => shim.stdout.includes('waiting'), 'the second test');
    shim.child.kill('SIGTERM');
    const { code, termination } = await shim.ended;
    assert.deepEqual([code, termination.code, termination.signal, termination.sent, termination.planned, termination.passed], [143, 143, 'SIGTERM', true, 3, 1]);
    assert.deepEqual(story(server.events), [
      'begin', 'plan 3', 'planned 3', 'start one', 'end one passed', 'start two', 'signal SIGTERM', 'end two interrupted', 'finish interrupted', 'exit 143',
    ]);
    assert.equal(server.events.at(-1).playwrightExit, 130);
    assert.match(fs.readFileSync(path.join(cwd, 'junit.xml'), 'utf8'), /name="one"/);
  });

  test(`${version}: a killed Playwright leaves the start of what was running, and exit tells its signal`, async (t) => {
    const server = await listen(t);
    const shim = start(t, { cwd: project(t, version, { 'a.spec.js': ENDLESS, 'playwright.config.js': config({ timeout: 0 }) }), server });
    await until(() => story(server.events).includes('start two') && shim.stdout.includes('waiting'), 'the second test');
    process.kill(Number(/waiting (\d+)/.exec(shim.stdout)[1]), 'SIGKILL');
    const { code, termination } = await shim.ended;
    assert.deepEqual([code, termination.code, termination.signal, termination.problem, termination.reported], [137, 137, null, null, 1]);
    assert.deepEqual(story(server.events).slice(-2), ['start two', 'exit 137']);
    assert.deepEqual([server.events.at(-1).playwrightExit, server.events.at(-1).playwrightSignal], [null, 'SIGKILL']);
  });
}

test('SIGINT asks once, and the exit code is Playwright\'s', async (t) => {
  const server = await listen(t);
  const shim = start(t, { cwd: project(t, VERSIONS[0], { 'a.spec.js': ENDLESS, 'playwright.config.js': config({ timeout: 0 }) }), server });
  await until(() => shim.stdout.includes('waiting'), 'the second test');
  shim.child.kill('SIGINT');
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination.signal], [130, 'SIGINT']);
});

const DEAF = { 'a.spec.js': ENDLESS, 'deaf.js': "module.exports = () => () => { console.log('deaf'); for (;;); };", 'playwright.config.js': config({ timeout: 0, globalSetup: './deaf.js' }) };

test('a Playwright that does not end is killed before the grace period is over', async (t) => {
  const server = await listen(t);
  const shim = start(t, { cwd: project(t, VERSIONS[0], DEAF), server, run: { gracePeriodSeconds: 3 } });
  await until(() => shim.stdout.includes('waiting'), 'the second test');
  const signalled = Date.now();
  shim.child.kill('SIGTERM');
  const { code, termination } = await shim.ended;
  assert.ok(Date.now() - signalled < 3000);
  assert.deepEqual([code, termination.sent, server.events.at(-1).playwrightSignal], [143, true, 'SIGKILL']);
});

test('a second signal kills at once', async (t) => {
  const server = await listen(t);
  const shim = start(t, { cwd: project(t, VERSIONS[0], DEAF), server });
  await until(() => shim.stdout.includes('waiting'), 'the second test');
  shim.child.kill('SIGTERM');
  await until(() => shim.stdout.includes('deaf'), 'the teardown that never ends');
  shim.child.kill('SIGTERM');
  const { code } = await shim.ended;
  assert.deepEqual([code, server.events.at(-1).playwrightSignal], [143, 'SIGKILL']);
});

test('SIGTERM with the server away ends within the grace period', async (t) => {
  const shim = start(t, { cwd: project(t, VERSIONS[0], { 'a.spec.js': ENDLESS, 'playwright.config.js': config({ timeout: 0 }) }), run: { gracePeriodSeconds: 2, limits: { drainSeconds: 60 } } });
  await until(() => shim.stdout.includes('waiting'), 'the second test');
  const signalled = Date.now();
  shim.child.kill('SIGTERM');
  const { code, termination } = await shim.ended;
  assert.ok(Date.now() - signalled < 2500);
  assert.deepEqual([code, termination.sent, story(spooled(shim.spool)).at(-1)], [143, false, 'exit 143']);
});

test('a process that a test left behind does not keep the shard from ending', async (t) => {
  const server = await listen(t);
  const body = spec("test('one', () => { require('child_process').spawn('sleep', ['20'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref(); });");
  const began = Date.now();
  const shim = start(t, { cwd: project(t, VERSIONS[0], { 'a.spec.js': body }), server });
  await new Promise((resolve) => { shim.child.on('exit', resolve); });
  assert.ok(Date.now() - began < 15_000);
  assert.equal(story(server.events).at(-1), 'exit 0');
});

const NONE = /^no Playwright found from .*: install @playwright\/test in the image, and set spec\.playwright\.workingDir to the folder of its package\.json$/;
const CASES = [
  { name: 'no Playwright', problem: NONE },
  { name: 'an unsupported Playwright', files: { 'node_modules/@playwright/test/package.json': '{"version": "1.49.3"}' }, problem: /^Playwright 1\.49\.3 is not supported: use 1\.50 or later$/ },
  { name: 'a Playwright that cannot be read', files: { 'node_modules/@playwright/test/package.json': '{' }, problem: /^@playwright\/test cannot be read: / },
  { name: 'Plug\'n\'Play without Playwright', files: { '.pnp.cjs': '' }, problem: NONE },
  { name: 'Plug\'n\'Play that does not load', files: { '.pnp.cjs': 'nonsense(' }, problem: /\.pnp\.cjs does not load: / },
];
for (const { name, files = {}, problem } of CASES) {
  test(`125: ${name}`, async (t) => {
    const server = await listen(t);
    const shim = start(t, { cwd: project(t, null, files), server });
    const { code, termination, stderr } = await shim.ended;
    assert.match(termination.problem, problem);
    assert.deepEqual([code, termination.code, termination.sent, ...story(server.events)], [125, 125, true, 'begin', 'exit 125']);
    assert.equal(server.events[1].problem, termination.problem);
    assert.equal(stderr, `testrun: ${termination.problem}\n`);
  });
}

const BROKEN = [
  { name: 'no token', options: { without: ['token'] }, problem: /token cannot be used: ENOENT/ },
  { name: 'an empty token', options: { token: '\n' }, problem: /token is empty$/ },
  { name: 'no run.json', options: { without: ['run.json'] }, problem: /run\.json cannot be used: ENOENT/ },
  { name: 'a run.json of another version', options: { run: { v: 2 } }, problem: /run\.json cannot be used: its version is 2, not 1$/ },
  { name: 'no index', options: { env: { JOB_COMPLETION_INDEX: '' } }, problem: /^JOB_COMPLETION_INDEX is "", not one of 0 to 0: run this in an Indexed Job$/ },
  { name: 'an index beyond the shards', options: { env: { JOB_COMPLETION_INDEX: '1' } }, problem: /^JOB_COMPLETION_INDEX is "1", not one of 0 to 0/ },
  { name: 'no writable spool', options: { env: { TESTRUN_SPOOL: '/dev/null/spool' } }, problem: /^no spool folder: ENOTDIR.*: mount an emptyDir at the temporary folder, or set TESTRUN_SPOOL$/ },
];
for (const { name, options, problem } of BROKEN) {
  test(`125: ${name}`, async (t) => {
    const shim = start(t, { cwd: project(t, VERSIONS[0], {}), ...options });
    const { code, termination, stderr } = await shim.ended;
    assert.match(termination.problem, problem);
    assert.deepEqual([code, termination.code, termination.sent], [125, 125, false]);
    assert.equal(stderr, `testrun: ${termination.problem}\n`);
  });
}

test('without a server no token is needed, nothing is complained of, and all stays in the spool', async (t) => {
  const cwd = project(t, VERSIONS[0], { 'a.spec.js': spec("test('one', async ({}, info) => { await info.attach('log', { body: 'x' }); });") });
  const shim = start(t, { cwd, run: { server: undefined }, without: ['token'] });
  const { code, stderr, termination } = await shim.ended;
  assert.deepEqual([code, stderr, termination.sent], [0, '', false]);
  const events = spooled(shim.spool);
  assert.deepEqual(story(events), ['begin', 'plan 1', 'planned 1', 'start one', 'end one passed', 'finish passed', 'exit 0']);
  const [{ file }] = events.find(({ type }) => type === 'end').attachments;
  assert.equal(fs.readFileSync(path.join(shim.spool, file), 'utf8'), 'x');
});

test('125: a spool where no folder can be made, told at once', { skip: !fs.existsSync('/proc/self') && 'needs /proc' }, async (t) => {
  const shim = start(t, { cwd: project(t, VERSIONS[0], {}), env: { TESTRUN_SPOOL: '/proc/spool/deep' } });
  const deadline = setTimeout(() => shim.child.kill('SIGKILL'), 20_000);
  t.after(() => clearTimeout(deadline));
  const { code, termination } = await shim.ended;
  assert.deepEqual([code, termination?.code], [125, 125]);
  assert.match(termination.problem, /^no spool folder: ENOENT.*: mount an emptyDir at the temporary folder, or set TESTRUN_SPOOL$/);
});

test('another uid in a read-only working directory', { skip: process.getuid() !== 0 && 'needs root to become another user' }, async (t) => {
  const server = await listen(t);
  const cwd = project(t, VERSIONS[0], {
    'a.spec.js': spec("test('one', async ({}, info) => { expect(process.getuid()).toBe(12345); await info.attach('log', { body: 'x' }); });"),
    'playwright.config.js': config({ outputDir: '/tmp/shim-test-results-12345' }),
  });
  t.after(() => fs.rmSync('/tmp/shim-test-results-12345', { recursive: true, force: true }));
  fs.chmodSync(cwd, 0o555);
  const command = ['setpriv', '--reuid=12345', '--regid=12345', '--clear-groups', process.execPath];
  const shim = start(t, { cwd, server, command, env: { TESTRUN_SPOOL: '', HOME: '/nonexistent', TESTRUN_TERMINATION_LOG: '/dev/full' } });
  const { code, stdout } = await shim.ended;
  assert.equal(code, 0, stdout);
  assert.deepEqual(story(server.events), ['begin', 'plan 1', 'planned 1', 'start one', 'end one passed', 'finish passed', 'exit 0']);
  assert.equal(server.attachments.size, 1);
});

const SPECS = { 'a.spec.js': spec("test('one', () => {});"), 'playwright.config.js': config({}) };
for (const layout of ['pnpm', 'yarn-classic', 'yarn-pnp']) {
  test(`Playwright is found as ${layout} lays it out`, { skip: Number(process.versions.node.split('.')[0]) < 20 && 'this Playwright needs node 20' }, async (t) => {
    const server = await listen(t);
    const cwd = write(project(t, null, {}), SPECS);
    const fixture = path.join(FIXTURES, layout);
    for (const name of ['node_modules', '.yarn']) if (fs.existsSync(path.join(fixture, name))) fs.symlinkSync(path.join(fixture, name), path.join(cwd, name));
    for (const name of ['package.json', '.pnp.cjs', '.pnp.loader.mjs']) if (fs.existsSync(path.join(fixture, name))) fs.copyFileSync(path.join(fixture, name), path.join(cwd, name));
    const { code, stdout, stderr } = await start(t, { cwd, server }).ended;
    assert.equal(code, 0, stdout + stderr);
    assert.equal(story(server.events).at(-1), 'exit 0');
    assert.equal(server.events.at(-1).reported, 1);
  });
}

test('Playwright is found above the working directory', async (t) => {
  const server = await listen(t);
  const cwd = project(t, VERSIONS[0], { 'apps/shop/a.spec.js': spec("test('one', () => {});"), 'apps/shop/playwright.config.js': config({}) });
  const { code } = await start(t, { cwd: path.join(cwd, 'apps/shop'), server }).ended;
  assert.equal(code, 0);
});
