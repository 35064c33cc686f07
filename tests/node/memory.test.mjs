/** What the kernel does to a container without memory, as the log and the termination message tell it: a folder plays the control group. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VERSIONS, config, project, spec, spooled, start, story, temporary, write } from './harness.mjs';

const GROUPS = {
  'version 2': { 'memory.events': 'low 0\noom 2\noom_kill 3\noom_group_kill 9\n', 'memory.max': '536870912\n' },
  'version 1': { 'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n', 'memory/memory.limit_in_bytes': '536870912\n' },
};
const WITHOUT_LIMIT = {
  'version 2': { ...GROUPS['version 2'], 'memory.max': 'max\n' },
  'version 1': { ...GROUPS['version 1'], 'memory/memory.limit_in_bytes': '9223372036854771712\n' },
};
/** `killed()` is the kernel, which kills one more process. */
const KILLED = `
  const fs = require('node:fs');
  const killed = () => {
    const file = ['memory.events', 'memory/memory.oom_control'].map((name) => process.env.TESTRUN_CGROUP + '/' + name).find((name) => fs.existsSync(name));
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^oom_kill (\\d+)/m, (_, before) => 'oom_kill ' + (Number(before) + 1)));
  };
`;
const SPEC = spec(`${KILLED}
  test('passes', () => {});
  test('fails by itself', () => { throw new Error('boom'); });
  test('is killed', () => { killed(); throw new Error('the browser has been closed'); });
  test('should fail and is killed', () => { test.fail(); killed(); killed(); throw new Error('the browser has been closed'); });
  test('passes all the same', () => { killed(); });
  test('fails by itself again', () => { throw new Error('boom'); });`);

async function run(t, body, group, options = {}) {
  const cgroup = write(temporary(t), group);
  const shim = start(t, { cwd: project(t, VERSIONS[0], { 'a.spec.js': body, 'playwright.config.js': config(options) }), run: { limits: { drainSeconds: 0 } }, env: { TESTRUN_CGROUP: cgroup } });
  const { termination } = await shim.ended;
  return { termination, events: spooled(shim.spool) };
}

for (const [name, group] of Object.entries(GROUPS)) {
  test(`control group ${name}: each attempt says how many processes were killed under it, and the last line of all`, async (t) => {
    const { termination, events } = await run(t, SPEC, group);
    const ends = events.filter(({ type }) => type === 'end');
    assert.deepEqual(ends.map(({ oomKills }) => oomKills), [undefined, undefined, 1, 2, 1, undefined]);
    const { oomKills, memoryLimit, passed, failed, reported, ran, outOfMemory, flaky } = termination;
    assert.deepEqual({ oomKills, memoryLimit, passed, failed, reported, ran, outOfMemory, flaky }, {
      oomKills: 4, memoryLimit: 536870912, passed: 2, failed: 2, reported: 6, ran: 4, outOfMemory: 2, flaky: 0,
    });
    assert.deepEqual([events.at(-1).oomKills, events.at(-1).memoryLimit], [4, 536870912]);
  });

  test(`control group ${name}, without a limit`, async (t) => {
    const { termination } = await run(t, spec(`${KILLED} test('one', () => { killed(); });`), WITHOUT_LIMIT[name]);
    assert.deepEqual([termination.oomKills, termination.memoryLimit, termination.passed, termination.outOfMemory], [1, null, 1, undefined]);
  });
}

test('a retry that passes makes a killed test flaky', async (t) => {
  const body = spec(`${KILLED} test('one', async ({}, info) => { if (info.retry === 0) { killed(); throw new Error('closed'); } });`);
  const { termination } = await run(t, body, GROUPS['version 2'], { retries: 1 });
  assert.deepEqual([termination.code, termination.passed, termination.flaky, termination.outOfMemory], [0, 1, 1, undefined]);
});

test('a Playwright that is killed: the last line has the count', async (t) => {
  const { termination, events } = await run(t, spec(`${KILLED} test('one', async () => { killed(); process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {}); });`), GROUPS['version 2']);
  assert.deepEqual(story(events).slice(-2), ['start one', 'exit 137']);
  assert.deepEqual([events.at(-1).playwrightSignal, events.at(-1).oomKills, termination.oomKills], ['SIGKILL', 1, 1]);
});

test('without a control group nothing is said', async (t) => {
  const { termination, events } = await run(t, spec("test('one', () => { throw new Error('boom'); });"), {});
  assert.deepEqual([termination.failed, 'oomKills' in termination, 'oomKills' in events.at(-1), 'oomKills' in events.at(-3)], [1, false, false, false]);
});
