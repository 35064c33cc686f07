'use strict';
/**
 * The Playwright reporter that writes a shard's event log: what is planned, each start, each end, errors outside tests.
 *
 * It runs inside the user's Playwright (1.50 and later), next to the user's own reporters, so it must never throw, never print and
 * never wait for the network: it writes lines to the spool, the shim sends them. A line is one append of whole bytes, done before the hook
 * returns, so a crash of Playwright loses nothing that ended, and lines of reporter and shim never mix.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { Attachments } = require('./attachments.cjs');
const { oomKills } = require('./memory.cjs');
const reserve = require('./reserve.cjs');
const { head, tail } = require('./text.cjs');

const KIB = 1024;
const LINE_BYTES = 256 * KIB;
const PLAN_LINE_BYTES = 192 * KIB;
const PLAN_LINE_TESTS = 200;
/** Kept free below `eventsBytes` for the shim's own lines. */
const RESERVE_BYTES = 64 * KIB;
const MAX_ERRORS = 10;
const MAX_ANNOTATIONS = 20;

class TestrunReporter {
  constructor() {
    const told = process.env.TESTRUN_REPORTER;
    // A test may start a Playwright of its own, and that one must not report here.
    delete process.env.TESTRUN_REPORTER;
    delete process.env.PW_TEST_REPORTER;
    this.root = process.cwd();
    this.descriptor = null;
    /** Of each worker: the kernel's kills up to the end of its last test, or to the start of its first. */
    this.kills = new Map();
    this.guard(() => {
      const { spool, limits } = JSON.parse(told);
      this.eventsBytes = limits.eventsBytes;
      this.attachments = new Attachments(spool, limits);
      this.spool = spool;
      this.descriptor = fs.openSync(path.join(spool, 'events.jsonl'), 'a');
      this.written = fs.fstatSync(this.descriptor).size;
    });
  }

  printsToStdio() {
    return false;
  }

  onBegin(config, suite) {
    this.guard(() => {
      this.root = config.rootDir;
      const tests = suite.allTests();
      const support = helpers(config.projects, tests);
      let batch = [];
      let bytes = 0;
      const flush = () => {
        if (batch.length > 0) this.append(`{"type":"plan","tests":[${batch.join(',')}]}`);
        batch = [];
        bytes = 0;
      };
      for (const test of tests) {
        const planned = JSON.stringify(this.planned(test, support));
        bytes += Buffer.byteLength(planned) + 1;
        if (bytes > PLAN_LINE_BYTES || batch.length === PLAN_LINE_TESTS) {
          flush();
          bytes = Buffer.byteLength(planned) + 1;
        }
        batch.push(planned);
      }
      flush();
      const ids = tests.map((test) => `${test.id}\n`).sort().join('');
      this.event({ type: 'planned', count: tests.length, workers: config.workers, sha256: crypto.createHash('sha256').update(ids).digest('hex') });
    });
  }

  onTestBegin(test, result) {
    this.guard(() => {
      if (!this.kills.has(result.workerIndex)) this.kills.set(result.workerIndex, oomKills());
      this.event({ type: 'start', id: test.id, retry: result.retry, worker: result.workerIndex, time: milliseconds(result.startTime) });
    });
  }

  onTestEnd(test, result) {
    this.guard(() => {
      const attachments = this.attachments.take(result.attachments, result.status === test.expectedStatus);
      const duration = Math.max(0, Math.round(result.duration) || 0);
      const killed = this.killed(result.workerIndex);
      this.shrinking((share) => ({
        type: 'end', id: test.id, retry: result.retry, status: result.status, expected: test.expectedStatus,
        time: milliseconds(result.startTime) + duration, duration,
        errors: (result.errors || []).slice(0, MAX_ERRORS).map((error) => this.failure(error, share)),
        annotations: (result.annotations || test.annotations || []).slice(0, MAX_ANNOTATIONS)
          .map(({ type, description }) => ({ type: head(type, 200), description: head(description, KIB * share) })),
        output: output(result, 8 * KIB * share),
        attachments,
        ...(killed > 0 && { oomKills: killed }),
      }));
    });
  }

  onError(error) {
    this.guard(() => this.shrinking((share) => {
      const { message, stack, file, line } = this.failure(error, share);
      return { type: 'error', message, stack, file, line, time: Date.now() };
    }));
  }

  onEnd(result) {
    this.guard(() => {
      this.event({ type: 'finish', status: result.status, time: Date.now(), duration: Math.max(0, Math.round(result.duration) || 0) });
    });
  }

  /** How many processes of the container the kernel has killed since this worker's last test; of which worker it does not say. */
  killed(worker) {
    const kills = oomKills();
    const before = this.kills.get(worker) ?? kills;
    this.kills.set(worker, kills);
    return kills - before;
  }

  planned(test, support) {
    const [, project, , ...title] = test.titlePath();
    const { file, line, column } = test.location;
    return {
      id: test.id, file: this.relative(file), line, column, project: head(project, KIB),
      title: title.slice(-20).map((part) => head(part, KIB)), tags: (test.tags || []).slice(0, 50).map((tag) => head(tag, 200)),
      retries: test.retries, expected: test.expectedStatus, ...(support.has(project) && { support: true }),
    };
  }

  failure(error, share) {
    const { file, line } = error.location || {};
    return {
      message: head(error.message === undefined ? error.value : error.message, 8 * KIB * share),
      stack: head(error.stack, 16 * KIB * share),
      file: file ? this.relative(file) : '',
      line: line || 0,
      snippet: head(error.snippet, 4 * KIB * share),
    };
  }

  relative(file) {
    return head(path.relative(this.root, file).split(path.sep).join('/'), KIB);
  }

  /** Writes the event of `build(share)` with the largest share of its texts that fits a line, and with a small one once half of the log is used. */
  shrinking(build) {
    const shares = this.written > this.eventsBytes / 2 ? [1 / 16, 1 / 64] : [1, 1 / 4, 1 / 16, 1 / 64];
    const fitting = shares.map((share) => () => JSON.stringify(build(share)));
    let line = '';
    for (const make of fitting) {
      line = make();
      if (Buffer.byteLength(line) < LINE_BYTES) break;
    }
    this.append(line);
  }

  event(event) {
    this.append(JSON.stringify(event));
  }

  append(line) {
    // Past the limit nothing more is said: tests without an end are told apart by the plan.
    const bytes = Buffer.from(this.torn ? `\n${line}\n` : `${line}\n`);
    if (this.descriptor === null || this.written + bytes.length > this.eventsBytes - RESERVE_BYTES) return;
    // A full disk can cut a write short. The next line then starts on a new one. The shim says that the disk was full.
    const written = reserve.append(this.descriptor, bytes, this.spool, 'reporter');
    if (written > 0) this.torn = written < bytes.length;
    this.written += written;
  }

  /** Runs a hook's work. What goes wrong in here is told in the log and never reaches Playwright. */
  guard(work) {
    try {
      work();
    } catch (error) {
      try {
        this.event({ type: 'error', message: head(`testrun reporter: ${error.message}`, 8 * KIB), stack: head(error.stack, 16 * KIB), file: '', line: 0, time: Date.now() });
      } catch {
        // The spool cannot be written: the missing plan and the missing finish say so.
      }
    }
  }
}

/** The names of the projects that only help those of these tests: what they name as `dependencies` or `teardown`, and what that names in turn. */
function helpers(projects, tests) {
  const named = new Map(projects.map((project) => [project.name, project]));
  const found = new Set();
  const visit = (name) => {
    const { dependencies = [], teardown } = named.get(name) || {};
    for (const helper of teardown ? [...dependencies, teardown] : dependencies) {
      if (found.has(helper)) continue;
      found.add(helper);
      visit(helper);
    }
  };
  for (const name of new Set(tests.map((test) => test.titlePath()[1]))) visit(name);
  return found;
}

/** A Date of Playwright's as milliseconds. */
function milliseconds(date) {
  const time = date instanceof Date ? date.getTime() : NaN;
  return Number.isFinite(time) ? time : Date.now();
}

/** The last `limit` bytes of what the test printed: stdout, then stderr. Looks only at as many chunks as it needs. */
function output(result, limit) {
  const chunks = [...(result.stdout || []), ...(result.stderr || [])];
  const kept = [];
  for (let bytes = 0; chunks.length > 0 && bytes <= 8 * limit; bytes += kept[0].length) {
    const chunk = chunks.pop();
    kept.unshift(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  }
  return tail(Buffer.concat(kept).toString(), limit);
}

module.exports = TestrunReporter;
