/**
 * The spool: the pod's append-only event log on disk, and what the shim reads out of it.
 *
 * Two processes append to the log, the reporter (inside Playwright) and the shim. Each line is one write to a file opened with O_APPEND,
 * so lines stay whole and in order. The shim reads what was appended, at its own pace, and never rewrites a byte that it may have sent.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import reserve from './reserve.cjs';

const NEWLINE = 0x0a;
const READ_BYTES = 1024 * 1024;
/** Playwright's words for an attempt that a process which the kernel killed explains. */
const FAILED = new Set(['failed', 'timedOut']);
const ATTACHMENT_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** A folder and what is missing above it. Not `recursive` of `fs`: on a file system that makes no folders, such as /proc, that never returns. */
export function makeFolder(folder) {
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return;
    if (error.code !== 'ENOENT' || folder === path.dirname(folder)) throw error;
    makeFolder(path.dirname(folder));
    fs.mkdirSync(folder);
  }
}

export class Spool {
  /** Opens an empty log in `folder`, or in a new folder of the system's temporary one. Throws what `fs` throws. */
  constructor(folder) {
    this.temporary = !folder;
    this.folder = folder ? path.resolve(folder) : fs.mkdtempSync(path.join(os.tmpdir(), 'testrun-'));
    makeFolder(this.folder);
    reserve.reserve(this.folder);
    this.file = path.join(this.folder, 'events.jsonl');
    const { O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
    this.descriptor = fs.openSync(this.file, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0o600);
    /** How far the log has been read: always the start of a line. */
    this.size = 0;
    this.tally = new Tally();
    this.found = [];
  }

  /** Throws when the disk is full and the room set aside is used up. */
  append(event) {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    if (reserve.append(this.descriptor, line, this.folder, 'shim') < line.length) throw new Error('no space left on device');
  }

  /** The reporter, or the shim, found the disk full at some time. */
  get wasFull() {
    return ['reporter', 'shim'].some((whose) => reserve.wasNeeded(this.folder, whose));
  }

  /** Reads the lines that were appended since the last call. True when there were any. */
  read() {
    const before = this.size;
    const end = fs.fstatSync(this.descriptor).size;
    while (this.size < end) {
      const lines = this.slice(this.size, end);
      if (lines.length === 0) break;
      let start = 0;
      for (let stop = lines.indexOf(NEWLINE); stop !== -1; stop = lines.indexOf(NEWLINE, start)) {
        this.note(lines.toString('utf8', start, stop), this.size + stop + 1);
        start = stop + 1;
      }
      this.size += lines.length;
    }
    return this.size > before;
  }

  /** The whole lines between `offset` and `end`, at most 1 MiB of them: empty when there is none. */
  slice(offset, end) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - offset));
    const read = fs.readSync(this.descriptor, buffer, 0, buffer.length, offset);
    return buffer.subarray(0, buffer.subarray(0, read).lastIndexOf(NEWLINE) + 1);
  }

  /** Takes away the line that a killed Playwright did not finish. Only once Playwright has ended; such a line was never read nor sent. */
  repair() {
    this.read();
    fs.ftruncateSync(this.descriptor, this.size);
  }

  /** The attachments told of since the last call: `{file, bytes, sha256, urgent, after}`, where `after` is the end of the telling line. */
  takeAttachments() {
    return this.found.splice(0);
  }

  discard(file) {
    fs.rmSync(path.join(this.folder, file), { force: true });
  }

  /** Removes a folder that was made here. */
  remove() {
    if (this.temporary) fs.rmSync(this.folder, { recursive: true, force: true });
  }

  note(line, after) {
    try {
      const event = JSON.parse(line);
      this.tally.note(event);
      if (event.type === 'end') this.found.push(...named(event, after));
    } catch {
      // Cut short by a full disk, or no event of ours. The server sees the same bytes and judges for itself.
    }
  }
}

function named({ status, expected, attachments }, after) {
  const urgent = status !== 'skipped' && status !== expected;
  return attachments.filter(({ file }) => ATTACHMENT_FILE.test(file ?? '')).map(({ file, bytes, sha256 }) => ({ file, bytes, sha256, urgent, after }));
}

/**
 * Counts tests as Playwright does: a test is what its attempts make of it. `flaky` is part of `passed`. But one of which no attempt failed by
 * itself, only with the kernel's help, is `outOfMemory`.
 */
export class Tally {
  constructor() {
    this.expected = new Map();
    this.support = new Set();
    this.attempts = new Map();
    this.whole = false;
    this.finished = false;
  }

  note(event) {
    if (event.type === 'plan') {
      for (const { id, expected, support } of event.tests) {
        this.expected.set(id, expected);
        if (support) this.support.add(id);
      }
    } else if (event.type === 'planned') this.whole = true;
    else if (event.type === 'finish') this.finished = true;
    else if (event.type === 'end') {
      const seen = this.attempts.get(event.id) ?? { good: 0, bad: 0, killed: 0, skipped: 0 };
      if (event.status === 'skipped') seen.skipped += event.expected === 'skipped' ? 1 : 0;
      else if (event.oomKills > 0 && FAILED.has(event.status)) seen.killed += 1;
      else if (event.status === event.expected) seen.good += 1;
      else if (event.status !== 'interrupted') seen.bad += 1;
      this.attempts.set(event.id, seen);
    }
  }

  /** A test that was interrupted or did not run is reported, and neither passed, failed nor skipped. `ran` leaves set-up and teardown out. */
  counts() {
    const all = [...this.attempts.values()];
    const count = (test) => all.filter(test).length;
    const ran = ([id, { good, bad }]) => good + bad > 0 && !this.support.has(id);
    return {
      planned: this.expected.size,
      reported: this.attempts.size,
      passed: count(({ good }) => good > 0),
      failed: count(({ good, bad }) => good === 0 && bad > 0),
      skipped: count(({ good, bad, killed, skipped }) => good + bad + killed === 0 && skipped > 0),
      outOfMemory: count(({ good, bad, killed }) => good + bad === 0 && killed > 0),
      flaky: count(({ good, bad, killed }) => good > 0 && bad + killed > 0),
      ran: [...this.attempts].filter(ran).length,
      plannedSha256: digest(this.expected.keys()),
      reportedSha256: digest(this.attempts.keys()),
    };
  }
}

function digest(ids) {
  return crypto.createHash('sha256').update([...ids].map((id) => `${id}\n`).sort().join('')).digest('hex');
}
