/** What a run of Playwright leaves in the event log, in the newest and in the oldest version that is supported. */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import TestrunReporter from '../../operator/testrun/browser/reporter.cjs';
import { LIMITS, VERSIONS, config, project, spec, spooled, start, story, temporary } from './harness.mjs';

const SIX = spec(`
  test.describe('cart', () => { test('adds @smoke', { tag: '@fast' }, () => {}); });
  test('breaks', async () => { console.log('printed'); console.error('\\u001b[31mred'); expect(1).toBe(2); });
  test('known bug', () => { test.fail(); expect(1).toBe(2); });
  test.skip('later', () => {});
  test('mends itself', async ({}, info) => { expect(info.retry).toBe(1); });
  test('too slow', async () => { test.setTimeout(50); await new Promise(() => {}); });
`);

/** Runs the files without any server in reach; the result and the spool's events. */
async function run(t, version, files, options = {}) {
  const cwd = project(t, version, files);
  const shim = start(t, { cwd, ...options, run: { ...options.run, limits: { drainSeconds: 0, ...options.run?.limits } } });
  const result = await shim.ended;
  const events = spooled(shim.spool);
  return { ...result, cwd, events, spool: shim.spool, of: (type) => events.filter((event) => event.type === type) };
}

for (const version of VERSIONS) {
  test(`${version}: passed, failed, expected to fail, skipped, flaky and timed out tests are told as Playwright sees them`, async (t) => {
    const { code, events, termination, of } = await run(t, version, { 'shop.spec.js': SIX, 'playwright.config.js': config({ retries: 1 }) });
    assert.deepEqual(story(events), [
      'begin', 'plan 6', 'planned 6', 'start adds @smoke', 'end adds @smoke passed', 'start breaks', 'end breaks failed', 'start breaks', 'end breaks failed',
      'start known bug', 'end known bug failed', 'start later', 'end later skipped', 'start mends itself', 'end mends itself failed', 'start mends itself',
      'end mends itself passed', 'start too slow', 'end too slow timedOut', 'start too slow', 'end too slow timedOut', 'finish failed', 'exit 1',
    ]);
    const { plannedSha256, reportedSha256, ...counts } = termination;
    assert.deepEqual(counts, {
      v: 1, code: 1, planned: 6, reported: 6, passed: 3, failed: 2, skipped: 1, flaky: 1, ran: 5, signal: null, problem: null, sent: false,
    });
    const planned = of('plan')[0].tests;
    const digest = crypto.createHash('sha256').update(planned.map(({ id }) => `${id}\n`).sort().join('')).digest('hex');
    assert.deepEqual([plannedSha256, reportedSha256, of('planned')[0].sha256, of('exit')[0].plannedSha256], Array(4).fill(digest));
    assert.deepEqual({ ...planned[0], id: 'x' }, {
      id: 'x', file: 'shop.spec.js', line: 3, column: 33, project: '', title: ['cart', 'adds @smoke'], tags: ['@smoke', '@fast'], retries: 1, expected: 'passed',
    });
    const broken = of('end')[1];
    assert.match(broken.errors[0].message, /^Error: expect\(received\)\.toBe\(expected\)[^\u001b]*Received: 1$/);
    assert.match(broken.errors[0].stack, /shop\.spec\.js:4:/);
    assert.deepEqual([broken.errors[0].file, broken.errors[0].line, broken.output, broken.retry], ['shop.spec.js', 4, 'printed\nred\n', 0]);
    assert.match(broken.errors[0].snippet, /> 4 \|/);
    const bug = of('end')[3];
    assert.deepEqual([bug.status, bug.expected, bug.annotations], ['failed', 'failed', [{ type: 'fail', description: '' }]]);
  });

  test(`${version}: a pod's own facts stand in begin, and Playwright's exit and output in exit`, async (t) => {
    const { events, cwd, stdout } = await run(t, version, { 'a.spec.js': spec("test('one', () => {});") }, { run: { shards: 2, args: ['--grep', 'one'] } });
    const { time, nodejs, playwright, ...begin } = events[0];
    assert.deepEqual(begin, {
      type: 'begin', v: 1, index: 0, shards: 2, pod: 'shop-0-x', node: 'node-a', uid: 'u-1', cwd, argv: ['test', '--grep', 'one', '--shard=1/2', '--forbid-only'],
    });
    assert.equal(nodejs, process.versions.node);
    assert.ok(playwright.startsWith(version));
    const exit = events.at(-1);
    assert.deepEqual([exit.code, exit.playwrightExit, exit.playwrightSignal, exit.problem, exit.planned, exit.reported], [0, 0, null, null, 1, 1]);
    assert.match(exit.output, /1 passed/);
    assert.match(stdout, /1 passed/);
  });

  test(`${version}: each shard plans and runs its own part, and set-up projects run in each`, async (t) => {
    const files = {
      'setup.js': spec("test('signs in', () => {});"), 'a.spec.js': spec("test('one', () => {}); test('two', () => {});"), 'b.spec.js': spec("test('three', () => {});"),
      'playwright.config.js': config({ projects: [{ name: 'setup', testMatch: 'setup.js' }, { name: 'desktop', testMatch: '*.spec.js', dependencies: ['setup'] }] }),
    };
    const titles = async (index) => {
      const { of, code } = await run(t, version, files, { run: { shards: 2 }, env: { JOB_COMPLETION_INDEX: index } });
      return [code, ...of('plan')[0].tests.map(({ project: name, title }) => `${name} ${title.join(' ')}`)];
    };
    assert.deepEqual(await titles('0'), [0, 'setup signs in', 'desktop one', 'desktop two']);
    assert.deepEqual(await titles('1'), [0, 'setup signs in', 'desktop three']);
  });

  test(`${version}: tests of set-up and teardown projects are marked, and do not count as tests that ran`, async (t) => {
    const files = {
      'setup.js': spec("test('signs in', () => {});"), 'teardown.js': spec("test('signs out', () => {});"),
      'a.spec.js': spec("test.skip('one', () => {}); test('two', () => { test.skip(); });"),
      'playwright.config.js': config({
        projects: [
          { name: 'setup', testMatch: 'setup.js', teardown: 'teardown' }, { name: 'teardown', testMatch: 'teardown.js' },
          { name: 'empty', testMatch: 'none.js', dependencies: ['setup'] }, { name: 'desktop', testMatch: '*.spec.js', dependencies: ['empty'] },
        ],
      }),
    };
    const marked = ({ of }) => of('plan')[0].tests.map(({ title, support }) => [title[0], support]).sort();
    const all = await run(t, version, files, { run: { shards: 2 } });
    assert.deepEqual(marked(all), [['one', undefined], ['signs in', true], ['signs out', true], ['two', undefined]]);
    assert.deepEqual([all.code, all.termination.passed, all.termination.skipped, all.termination.ran], [0, 2, 2, 0]);
    const alone = await run(t, version, files, { run: { args: ['--project=setup'] } });
    assert.deepEqual(marked(alone), [['signs in', undefined], ['signs out', true]]);
    assert.deepEqual([alone.code, alone.termination.passed, alone.termination.ran], [0, 2, 1]);
  });

  test(`${version}: a shard in the config does not leave tests out`, async (t) => {
    const { code, termination, stdout } = await run(t, version, {
      'a.spec.js': spec("for (const name of ['one', 'two', 'three', 'four']) test(name, () => {});"),
      'playwright.config.js': config({ fullyParallel: true, shard: { current: 1, total: 4 } }),
    });
    assert.deepEqual([code, termination.planned, termination.passed, termination.ran], [0, 4, 4, 4], stdout);
  });

  test(`${version}: a file that does not load is an error outside tests`, async (t) => {
    const { code, events, of } = await run(t, version, { 'a.spec.js': spec("test('one', () => {});"), 'b.spec.js': 'this is no code' });
    assert.equal(code, 1);
    assert.match(of('error')[0].message, /^SyntaxError: .*b\.spec\.js/s);
    assert.equal(of('start').length, 0);
    assert.equal(events.at(-2).type, 'finish');
    assert.equal(events.at(-2).status, 'failed');
  });

  test(`${version}: a failing globalSetup is an error outside tests, and the plan is whole`, async (t) => {
    const { code, events } = await run(t, version, {
      'a.spec.js': spec("test('one', () => {});"), 'setup.js': "module.exports = () => { throw new Error('no database'); };",
      'playwright.config.js': config({ globalSetup: './setup.js' }),
    });
    assert.equal(code, 1);
    assert.match(events.find(({ type }) => type === 'error').message, /^Error: no database$/);
  });

  test(`${version}: no test matched, and the plan says so`, async (t) => {
    const { code, of, termination } = await run(t, version, { 'a.spec.js': spec("test('one', () => {});") }, { run: { args: ['--grep', 'nothing'] } });
    assert.deepEqual([of('planned')[0].count, termination.planned, termination.reported, termination.ran], [0, 0, 0, 0]);
    // For a shard, and we always run one, older versions take it for a success.
    if (version === '1.50') assert.deepEqual([code, of('error')], [0, []]);
    else assert.deepEqual([code, of('error').map(({ message }) => /No tests found/.test(message))], [1, [true]]);
  });

  test(`${version}: a shard without tests is green for Playwright, and says that it planned none`, async (t) => {
    const { code, events } = await run(t, version, { 'a.spec.js': spec("test('one', () => {});") }, { run: { shards: 3 }, env: { JOB_COMPLETION_INDEX: '2' } });
    assert.deepEqual([code, ...story(events)], [0, 'begin', 'planned 0', 'finish passed', 'exit 0']);
  });

  test(`${version}: after a failing beforeAll the others are told as not run: skipped although expected to pass`, async (t) => {
    const { code, of, termination } = await run(t, version, {
      'a.spec.js': spec("test.beforeAll(() => { throw new Error('no'); }); test('one', () => {}); test('two', () => {});"),
    });
    assert.deepEqual(of('end').map(({ status, expected }) => [status, expected]), [['failed', 'passed'], ['skipped', 'passed']]);
    assert.deepEqual([code, termination.reported, termination.failed, termination.skipped], [1, 2, 1, 0]);
  });

  test(`${version}: --max-failures and a global time-out leave planned tests without a passed end`, async (t) => {
    const files = { 'a.spec.js': spec("test('one', () => { expect(1).toBe(2); }); test('two', () => {}); test('three', () => {});") };
    const first = await run(t, version, files, { run: { args: ['--max-failures=1'] } });
    assert.deepEqual([first.code, first.termination.planned, first.termination.passed, first.termination.failed], [1, 3, 0, 1]);
    const slow = { 'a.spec.js': spec("test('one', async () => { await new Promise(() => {}); }); test('two', () => {});") };
    const second = await run(t, version, slow, { run: { args: ['--global-timeout=1500'] } });
    assert.deepEqual([second.code, second.of('finish')[0].status, second.termination.passed], [1, 'timedout', 0]);
  });

  test(`${version}: a committed test.only is an error outside tests, whatever the config says`, async (t) => {
    const { code, of } = await run(t, version, {
      'a.spec.js': spec("test.only('one', () => {}); test('two', () => {});"), 'playwright.config.js': config({ forbidOnly: false }),
    });
    assert.deepEqual([code, of('start').length, of('exit')[0].problem], [1, 0, null]);
    const [{ message, file, line }] = of('error');
    assert.match(message, /^Error: item focused with '\.only' is not allowed due to the '--forbid-only' CLI flag: ".*one"$/);
    assert.deepEqual([file, line], ['a.spec.js', 2]);
  });

  test(`${version}: repeated tests in parallel workers have ids of their own`, async (t) => {
    const { code, of, termination } = await run(t, version, {
      'a.spec.js': spec("test('one', () => {}); test('two', () => {});"), 'playwright.config.js': config({ workers: 2, fullyParallel: true, repeatEach: 3 }),
    });
    assert.deepEqual([code, termination.planned, termination.reported, termination.passed], [0, 6, 6, 6]);
    assert.equal(new Set(of('plan')[0].tests.map(({ id }) => id)).size, 6);
    assert.equal(of('planned')[0].workers, 2);
  });

  test(`${version}: control characters, markup and lone surrogates in titles`, async (t) => {
    const { code, of } = await run(t, version, { 'a.spec.js': spec("test('a]]>\\u0000\\u0008\\u001b[31mred\\u001b[0m \\ud800 <b> 🎈', () => {});") });
    assert.equal(code, 0);
    assert.deepEqual(of('plan')[0].tests[0].title, ['a]]>\u0000\u0008red \ufffd <b> 🎈']);
  });

  test(`${version}: a plan of 2,000 tests stands in several lines`, async (t) => {
    const body = "for (let n = 0; n < 2000; n += 1) test('test ' + n, { tag: '@t' + n }, () => {});";
    const { code, of, termination } = await run(t, version, { 'a.spec.js': spec(body) }, { run: { args: ['--grep', '@t1999|@t0$'] } });
    assert.deepEqual([code, termination.planned], [0, 2]);
    const all = await run(t, version, { 'a.spec.js': spec(body.replace('() => {}', '() => { throw 1; }')) }, { run: { args: ['--max-failures=1'] } });
    assert.deepEqual(all.of('plan').map(({ tests }) => tests.length), Array(10).fill(200));
    assert.equal(all.of('planned')[0].count, 2000);
    assert.equal(of('plan').length, 1);
  });

  test(`${version}: long texts are cut, and no line is longer than 256 KiB`, async (t) => {
    const { events, spool, of } = await run(t, version, {
      'a.spec.js': spec(`
        test('long', async () => {
          console.log('a'.repeat(100000) + 'end');
          for (let n = 0; n < 20; n += 1) expect.soft(1, 'é'.repeat(50000) + '\\u0001'.repeat(50000)).toBe(2);
        });`),
    });
    const lines = fs.readFileSync(path.join(spool, 'events.jsonl'), 'utf8').split('\n');
    assert.ok(Math.max(...lines.map((line) => Buffer.byteLength(line))) < 256 * 1024);
    const [end] = of('end');
    assert.equal(end.errors.length, 10);
    assert.ok(end.output.startsWith('…aaa') && end.output.endsWith('aend\n') && Buffer.byteLength(end.output) <= 8192);
    assert.equal(events.at(-1).type, 'exit');
  });

  test(`${version}: the reporters of the user's config, and those of the arguments, do their work next to ours`, async (t) => {
    const files = {
      'a.spec.js': spec("test('one', () => {});"),
      'playwright.config.js': config({ reporter: [['list'], ['junit', { outputFile: 'junit.xml' }], ['html', { open: 'never' }], ['json', { outputFile: 'report.json' }]] }),
    };
    const first = await run(t, version, files);
    assert.equal(first.code, 0);
    assert.match(first.stdout, /✓.*one/);
    assert.match(fs.readFileSync(path.join(first.cwd, 'junit.xml'), 'utf8'), /<testcase name="one"/);
    assert.ok(fs.existsSync(path.join(first.cwd, 'playwright-report/index.html')) && fs.existsSync(path.join(first.cwd, 'report.json')));
    assert.deepEqual(story(first.events), ['begin', 'plan 1', 'planned 1', 'start one', 'end one passed', 'finish passed', 'exit 0']);
    const second = await run(t, version, files, { run: { args: ['--reporter=list'] } });
    assert.match(second.stdout, /✓.*one/);
    assert.equal(fs.existsSync(path.join(second.cwd, 'junit.xml')), false);
    assert.equal(second.of('end').length, 1);
  });

  test(`${version}: a Playwright that a test starts does not report here`, async (t) => {
    const { code, of } = await run(t, version, {
      'a.spec.js': spec(`
        test('outer', () => {
          const { NODE_OPTIONS, TEST_WORKER_INDEX, ...env } = process.env;
          const cli = require.resolve('@playwright/test/cli');
          require('child_process').execFileSync(process.execPath, [cli, 'test', '-c', 'inner'], { env, cwd: __dirname });
        });`),
      'inner/playwright.config.js': config({ testDir: '.', testMatch: 'i.js' }), 'inner/i.js': spec("test('inner', () => {});"),
    });
    assert.deepEqual([code, of('begin').length, of('planned').length, of('end').length], [0, 1, 1, 1]);
  });
}

test('attachments are copied, and what is no regular file or too large is refused with a reason', async (t) => {
  const { of, spool } = await run(t, VERSIONS[0], {
    'a.spec.js': spec(`
      const fs = require('fs');
      test('one', async ({}, info) => {
        const at = (name) => info.outputPath(name);
        const push = (name, path) => info.attachments.push({ name, contentType: 'text/plain', path });
        fs.writeFileSync(at('log.txt'), 'first');
        push('log', at('log.txt'));
        fs.symlinkSync(at('log.txt'), at('link.txt'));
        push('link', at('link.txt'));
        push('gone', at('gone.txt'));
        push('folder', at('.'));
        require('child_process').execFileSync('mkfifo', [at('pipe')]);
        push('pipe', at('pipe'));
        fs.writeFileSync(at('large.bin'), Buffer.alloc(2000));
        push('large', at('large.bin'));
        await info.attach('../../etc/päss wd ]]>', { body: Buffer.from([0, 255]), contentType: 'image/png' });
      });
      test('two', async ({}, info) => {
        await info.attach('fits', { body: 'x'.repeat(700) });
        await info.attach('passes the sum', { body: 'x'.repeat(700) });
        for (let n = 0; n < 60; n += 1) info.attachments.push({ name: 'n' + n, contentType: 'text/plain', body: Buffer.from('') });
      });
      test('three', async ({}, info) => { await info.attach('why', { body: 'x'.repeat(700) }); throw new Error('no'); });`),
  }, { run: { limits: { attachmentBytes: 1000, attachmentsBytes: 1500 } } });
  const [one, two, three] = of('end').map(({ attachments }) => attachments);
  const sha256 = (content) => crypto.createHash('sha256').update(content).digest('hex');
  const contentType = 'text/plain';
  assert.deepEqual(one, [
    { name: 'log', contentType, file: '1-log.txt', bytes: 5, sha256: sha256('first') },
    { name: 'link', contentType, refused: 'a link, not a regular file' },
    { name: 'gone', contentType, refused: 'does not exist' },
    { name: 'folder', contentType, refused: 'not a regular file' },
    { name: 'pipe', contentType, refused: 'not a regular file' },
    { name: 'large', contentType, refused: 'larger than 1000 bytes' },
    { name: '../../etc/päss wd ]]>', contentType: 'image/png', file: '7-p-ss-wd.png', bytes: 2, sha256: sha256(Buffer.from([0, 255])) },
  ]);
  assert.equal(two.length, 50);
  assert.equal(two[0].bytes, 700);
  assert.equal(two[1].refused, 'the attachments of this pod would be larger than 750 bytes');
  assert.equal(two[49].refused, 'at most 50 attachments are taken for one attempt');
  assert.deepEqual([three[0].name, three[0].bytes], ['why', 700], 'half of the sum is kept for failed tests');
  assert.equal(fs.readFileSync(path.join(spool, '1-log.txt'), 'utf8'), 'first');
});

test('past the limit of the log the reporter says no more, and the last line still stands', async (t) => {
  const { events, spool, termination } = await run(t, VERSIONS[0], {
    'a.spec.js': spec("for (let n = 0; n < 300; n += 1) test('test ' + n, () => { console.log('x'.repeat(4000)); });"),
  }, { run: { limits: { eventsBytes: 160 * 1024 } } });
  assert.ok(fs.statSync(path.join(spool, 'events.jsonl')).size < 160 * 1024);
  assert.equal(events.at(-1).type, 'exit');
  assert.ok(termination.reported < termination.planned);
});

test('a run without a report is not green, whatever Playwright says', async (t) => {
  const { code, termination } = await run(t, VERSIONS[0], { 'a.spec.js': spec("test('one', () => {});") }, { run: { args: ['--help'] } });
  assert.deepEqual([code, termination.planned, termination.problem], [
    125, 0, 'Playwright ended with 0 but ran no tests that our reporter saw: the arguments must let `playwright test` run',
  ]);
});

test('the reporter never throws into Playwright, and says in the log what went wrong in it', (t) => {
  const spool = temporary(t);
  process.env.TESTRUN_REPORTER = JSON.stringify({ spool, limits: LIMITS });
  const reporter = new TestrunReporter();
  reporter.onBegin({ rootDir: '/', workers: 1 }, { allTests: () => { throw new Error('a new Playwright'); } });
  reporter.onTestBegin(undefined, {});
  reporter.onTestEnd({}, null);
  reporter.onEnd(undefined);
  assert.deepEqual(spooled(spool).map(({ type, message }) => [type, message.slice(0, 35)]), [
    ['error', 'testrun reporter: a new Playwright'], ...Array(3).fill(['error', 'testrun reporter: Cannot read prope']),
  ]);
  const mute = new TestrunReporter();
  mute.onBegin(undefined, undefined);
  mute.onError({});
  assert.equal(mute.printsToStdio(), false);
});
