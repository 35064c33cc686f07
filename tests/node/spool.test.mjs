/** The log on disk: two writers, a reader that comes late, and the counts of what it read. */
import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { Spool, Tally } from '../../operator/testrun/browser/spool.mjs';
import { temporary } from './harness.mjs';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('the folder is made with all that is missing above it, and used when it is there', (t) => {
  const folder = path.join(temporary(t), 'a', 'b');
  assert.equal(new Spool(folder).file, path.join(folder, 'events.jsonl'));
  assert.equal(new Spool(folder).size, 0);
});

test('two processes append at once, and every line is whole', async (t) => {
  const spool = new Spool(temporary(t));
  const script = "const fs = require('fs'); const log = fs.openSync(process.argv[1], 'a'); for (let n = 0; n < 3000; n += 1) fs.writeSync(log, JSON.stringify({ n, pad: 'r'.repeat(n) }) + '\\n');";
  const writer = childProcess.spawn(process.execPath, ['-e', script, spool.file]);
  let ended = false;
  writer.on('exit', () => { ended = true; });
  let mine = 0;
  while (!ended) {
    for (let n = 0; n < 20; n += 1, mine += 1) spool.append({ mine, pad: 's'.repeat(mine % 5000) });
    await new Promise((resolve) => { setTimeout(resolve, 1); });
  }
  const lines = fs.readFileSync(spool.file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
  assert.deepEqual(lines.flatMap(({ n }) => n ?? []), Array.from({ length: 3000 }, (_, n) => n));
  assert.deepEqual(lines.flatMap((line) => line.mine ?? []), Array.from({ length: mine }, (_, n) => n));
  spool.read();
  assert.equal(spool.size, fs.statSync(spool.file).size);
});

test('a line is read once it is whole, and what a killed writer left half is taken away', (t) => {
  const spool = new Spool(temporary(t));
  fs.appendFileSync(spool.file, '{"type":"planned"}\n{"type":"fin');
  assert.deepEqual([spool.read(), spool.size, spool.tally.whole, spool.read()], [true, 19, true, false]);
  spool.repair();
  spool.append({ type: 'exit' });
  assert.equal(fs.readFileSync(spool.file, 'utf8'), '{"type":"planned"}\n{"type":"exit"}\n');
});

test('lines that are no events do no harm', (t) => {
  const spool = new Spool(temporary(t));
  fs.appendFileSync(spool.file, ['no json', 'null', '7', '[]', '{}', '{"type":"plan"}', '{"type":"plan","tests":[null]}', '{"type":"end"}', '{"type":"end","attachments":[null,{"file":"../x"},{"file":7}]}', ''].join('\n'));
  spool.read();
  assert.equal(spool.size, fs.statSync(spool.file).size);
  assert.deepEqual(spool.takeAttachments(), []);
});

test('attachments are told with the end of the line that names them; those of unexpected ends are urgent', (t) => {
  const spool = new Spool(temporary(t));
  const attachments = [{ name: 'a', file: '1-a.txt', bytes: 1, sha256: 'x' }, { name: 'b', refused: 'too large' }];
  spool.append({ type: 'end', id: '1', status: 'failed', expected: 'passed', attachments });
  const first = fs.statSync(spool.file).size;
  spool.append({ type: 'end', id: '2', status: 'passed', expected: 'passed', attachments: [{ file: '2-b.txt', bytes: 2, sha256: 'y' }] });
  spool.read();
  assert.deepEqual(spool.takeAttachments(), [
    { file: '1-a.txt', bytes: 1, sha256: 'x', urgent: true, after: first },
    { file: '2-b.txt', bytes: 2, sha256: 'y', urgent: false, after: spool.size },
  ]);
  assert.deepEqual(spool.takeAttachments(), []);
});

const NONE = { planned: 0, reported: 1, passed: 0, failed: 0, skipped: 0, outOfMemory: 0, flaky: 0, ran: 0 };
const OUTCOMES = [
  ['passed', [['passed', 'passed']], { passed: 1, ran: 1 }],
  ['failed', [['failed', 'passed'], ['timedOut', 'passed']], { failed: 1, ran: 1 }],
  ['flaky counts as passed too', [['failed', 'passed'], ['passed', 'passed']], { passed: 1, flaky: 1, ran: 1 }],
  ['expected to fail, and does', [['failed', 'failed']], { passed: 1, ran: 1 }],
  ['expected to fail, and passes', [['passed', 'failed']], { failed: 1, ran: 1 }],
  ['skipped', [['skipped', 'skipped']], { skipped: 1 }],
  ['did not run', [['skipped', 'passed']], {}],
  ['interrupted', [['interrupted', 'passed']], {}],
  ['failed, then interrupted', [['failed', 'passed'], ['interrupted', 'passed']], { failed: 1, ran: 1 }],
  ['killed', [['failed', 'passed', 1], ['timedOut', 'passed', 2]], { outOfMemory: 1 }],
  ['killed, then failed', [['failed', 'passed', 1], ['failed', 'passed']], { failed: 1, ran: 1 }],
  ['killed, then passed', [['failed', 'passed', 1], ['passed', 'passed']], { passed: 1, flaky: 1, ran: 1 }],
  ['killed, though it should fail', [['failed', 'failed', 1]], { outOfMemory: 1 }],
  ['something was killed, and it passed', [['passed', 'passed', 1]], { passed: 1, ran: 1 }],
];
for (const [name, ends, expected] of OUTCOMES) {
  test(`a test is counted by its attempts: ${name}`, () => {
    const tally = new Tally();
    for (const [status, wanted, oomKills] of ends) tally.note({ type: 'end', id: '1', status, expected: wanted, ...(oomKills && { oomKills }) });
    const { plannedSha256, reportedSha256, ...counts } = tally.counts();
    assert.deepEqual(counts, { ...NONE, ...expected });
    assert.equal(plannedSha256, EMPTY);
  });
}

test('a test that only sets up is counted, but is none that ran', () => {
  const tally = new Tally();
  tally.note({ type: 'plan', tests: [{ id: '1', expected: 'passed', support: true }, { id: '2', expected: 'passed' }] });
  for (const id of ['1', '2']) tally.note({ type: 'end', id, status: 'passed', expected: 'passed' });
  const { planned, passed, ran } = tally.counts();
  assert.deepEqual({ planned, passed, ran }, { planned: 2, passed: 2, ran: 1 });
});
