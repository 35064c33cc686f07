/** A disk that the tests fill: what they told of before is kept, and the last line says that it was full. A small tmpfs plays the disk. */
import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { VERSIONS, config, project, spec, start, story, temporary } from './harness.mjs';
import { FakeServer } from './server.mjs';

const ROOT = { skip: process.getuid() !== 0 && 'needs root to mount a small disk' };
/** `fill()` leaves no byte on the disk, nor in the last page of the log. */
const FILL = `
  const fs = require('node:fs');
  const fill = () => {
    for (let size = 1 << 20; size >= 1; size >>= 1) {
      try { for (;;) fs.appendFileSync(process.env.DISK + '/filler', Buffer.alloc(size, 1)); } catch {}
    }
  };
`;
const many = (count, body = '') => `for (let n = 1; n <= ${count}; n += 1) test('test ' + n, () => { ${body} });`;

/** The path of a new file system of this size. */
function mounted(t, size) {
  const disk = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'shim-test-disk-'));
  childProcess.execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', disk]);
  t.after(() => {
    childProcess.execFileSync('umount', ['--lazy', disk]);
    fs.rmdirSync(disk);
  });
  return disk;
}

async function run(t, body, options = {}) {
  const disk = mounted(t, '4m');
  const server = await new FakeServer().start();
  t.after(() => server.stop());
  const cwd = project(t, VERSIONS[0], { 'a.spec.js': spec(FILL + body), 'playwright.config.js': config(options) });
  const shim = start(t, { cwd, server, env: { DISK: disk, TESTRUN_SPOOL: path.join(disk, 'spool'), TMPDIR: temporary(t) } });
  const { code, termination } = await shim.ended;
  return { code, termination, story: story(server.events), errors: server.events.filter(({ type }) => type === 'error').map(({ message }) => message), disk };
}

test('tests that end after it was filled are told, in the room set aside', ROOT, async (t) => {
  const { code, termination, story: told, errors } = await run(t, `test('fills', () => { fill(); }); ${many(100)}`);
  assert.deepEqual([code, termination.planned, termination.passed, termination.sent, told.at(-1), errors], [0, 101, 101, true, 'exit 0', []]);
});

test('a test that fails on a full disk: the log says why it may have', ROOT, async (t) => {
  const { code, story: told, errors, disk } = await run(t, `test('fills', () => { fill(); }); ${many(50)} test('fails', () => { throw new Error('no room for a trace'); });`);
  assert.deepEqual([code, told.at(-3), told.at(-1)], [1, 'finish failed', 'exit 1']);
  assert.deepEqual(errors, [`testrun reporter: no space left on device: ${path.join(disk, 'spool')}`]);
});

test('a test that goes on filling it: results are lost, the last line is not', ROOT, async (t) => {
  const { code, termination, story: told, errors } = await run(t, many(60, 'fill();'));
  assert.equal(told.at(-1), `exit ${code}`);
  assert.equal(errors.length, 1);
  assert.ok(termination.reported < termination.planned);
  assert.deepEqual([termination.planned, termination.sent], [60, true]);
});

test('no room from the start is told at once', ROOT, async (t) => {
  const shim = start(t, { cwd: project(t, VERSIONS[0], {}), env: { TESTRUN_SPOOL: path.join(mounted(t, '64k'), 'spool') } });
  const { code, termination } = await shim.ended;
  assert.equal(code, 125);
  assert.match(termination.problem, /^no spool folder: ENOSPC: no space left on device/);
});
