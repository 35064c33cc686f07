'use strict';
/**
 * A Jest reporter that appends a run's event log (docs/protocol.md §2) to the file named by TESTRUN_EVENTS.
 *
 * It runs inside the user's Jest (27 and later), next to the user's own reporters, so it must never throw, never print and never wait.
 * A line is one append of whole bytes, done before the hook returns, so a Jest that dies loses nothing that ended.
 *
 * Jest does not know its tests before a file ran: a test is planned right before its first start, and what only the end of the file
 * tells (skipped, todo, one more test of the same name) right before its end. Streamed events know a test by its name alone, so of
 * several tests with one name in a file only the first is followed live. Jest 27 tells no starts.
 */
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const KIB = 1024;
const LINE_BYTES = 256 * KIB;
const MAX_ERRORS = 10;
const SNIPPET_LINES = 2;
const SNIPPET_FILE_BYTES = 1024 * KIB;
// CSI and OSC sequences as terminals know them, then the two-character escapes.
const ANSI = /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|[0-?]*[ -/]*[@-~])/g;
const FRAME = /^\s+at (?:async )?(?:[^/]*\()?((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^()]*?):(\d+):(\d+)\)?$/;
/** Frames of Jest's own machinery, which tell nothing of a test. */
const INNER_FRAME = /^\s+at .*(?:[\\/]node_modules[\\/](?:jest-circus|jest-jasmine2|jest-runner|jest-runtime|jest-worker)[\\/]|\(?node:internal|(?:new Promise|Array\.map) \(<anonymous>\))/;
const TIMEOUT = /^(?:Error: )?thrown: "Exceeded timeout of [\d.,]+ ?ms for a (?:test|hook)/;
/** How Babel and its like tell where a file cannot be parsed. */
const PARSE_ERROR = /: .*\((\d+):\d+\)/;
/** How Jest tells that it loads no ES modules of the project's own yet, and what to do about it. */
const NO_ESM = /^Must use import to load ES Module: (?!.*[\\/]node_modules[\\/]).*$/m;
const ESM_ADVICE = 'run Jest with NODE_OPTIONS=--experimental-vm-modules: environment = {NODE_OPTIONS = "--experimental-vm-modules"} in [unit] and [integration] of ameide.toml';

class TestrunReporter {
  constructor(globalConfig) {
    const log = process.env.TESTRUN_EVENTS;
    // A test may start a Jest of its own, and that one must not report here. Workers inherit this environment.
    delete process.env.TESTRUN_EVENTS;
    this.log = log ? path.resolve(log) : null;
    this.root = realpath(process.env.TESTRUN_ROOT || (globalConfig && globalConfig.rootDir) || process.cwd());
    this.workers = (globalConfig && globalConfig.maxWorkers) || 1;
    this.ids = new Set();
    /** Path to the runs of that file that go on: more than one when several of Jest's projects run it at the same time. */
    this.running = new Map();
  }

  onTestFileStart(test) {
    this.guard(() => {
      const runs = this.running.get(test.path) || [];
      this.running.set(test.path, [...runs, new FileRun(test)]);
    });
  }

  onTestCaseStart(test, info) {
    this.guard(() => {
      const run = this.only(test.path);
      // A name that was seen before is a retry, another test of that name, or a file that Jest began anew: its result tells.
      if (!run || run.tests.has(nameOf(info))) return;
      if (info.mode === 'only') run.focused = true;
      this.start(this.plan(run, info), info.startedAt);
    });
  }

  onTestCaseResult(test, result) {
    this.guard(() => {
      const run = this.only(test.path);
      if (!run || isSkipped(result)) return;
      const known = run.tests.get(nameOf(result));
      if (known && !known.open) {
        if (result.invocations > known.attempts && known.last === 'failed') {
          this.start(known, result.startedAt || Date.now() - milliseconds(result.duration));
        } else {
          return; // another test of this name: told at the end of the file
        }
      }
      this.end(known || this.plan(run, result), result);
    });
  }

  onTestFileResult(test, fileResult) {
    this.guard(() => {
      const runs = this.running.get(test.path) || [];
      const run = runs.find((each) => each.config === test.context.config) || runs[0] || new FileRun(test);
      this.running.set(test.path, runs.filter((each) => each !== run));
      if (runs.length <= 1) this.running.delete(test.path);

      const named = new Map();
      for (const result of fileResult.testResults || []) {
        named.set(nameOf(result), [...(named.get(nameOf(result)) || []), result]);
      }
      for (const [name, results] of named) {
        const known = run.tests.get(name);
        for (const result of known ? this.untold(known, results) : results) this.late(run, result);
      }
      if (fileResult.testExecError) this.fileFailed(run, fileResult);
    });
  }

  onRunComplete(_contexts, results) {
    this.guard(() => {
      for (const run of [...this.running.values()].flat()) {
        for (const test of run.tests.values()) if (test.open) this.endAs(test, 'interrupted', []);
      }
      this.planned();
      const broken = results.runExecError;
      if (broken) this.outside(broken.message, broken.stack, '', 0);
      const failed = broken || results.numFailedTests > 0 || results.numRuntimeErrorTestSuites > 0 || (results.snapshot && results.snapshot.failure);
      const status = results.wasInterrupted ? 'interrupted' : failed ? 'failed' : 'passed';
      this.write({ type: 'finish', status, time: Date.now(), duration: milliseconds(Date.now() - results.startTime) });
    });
  }

  /** The only run of this file that goes on, or null: streamed events do not say of which project they are. */
  only(file) {
    const runs = this.running.get(file) || [];
    return runs.length === 1 ? runs[0] : null;
  }

  /** Writes the plan of a test and makes it known under its name, unless another one is. */
  plan(run, { ancestorTitles, title, location }) {
    const file = this.relative(run.path);
    const titles = [...(ancestorTitles || []), title];
    let id;
    // Several tests may have one name, in one file or in unnamed projects.
    for (let number = 0; id === undefined || this.ids.has(id); number += 1) {
      id = crypto.createHash('sha1').update(JSON.stringify([run.project, file, titles, number])).digest('hex');
    }
    this.ids.add(id);
    this.write({
      type: 'plan',
      tests: [{
        id, file, line: (location && location.line) || 0, column: (location && location.column) || 0, project: head(run.project, 300),
        title: titles.slice(-20).map((part) => head(part, 1000) || '(no name)'), tags: [], retries: 0, expected: 'passed',
      }],
    });
    const test = { id, path: run.path, attempts: 0, open: false, last: '' };
    const name = nameOf({ ancestorTitles, title });
    if (!run.tests.has(name)) run.tests.set(name, test);
    return test;
  }

  start(test, time) {
    test.open = true;
    this.write({ type: 'start', id: test.id, retry: test.attempts, worker: 0, time: instant(time) });
  }

  /** Writes what Jest told of one attempt. */
  end(test, result) {
    const duration = milliseconds(result.duration);
    const time = instant(result.startedAt ? result.startedAt + duration : undefined);
    if (isSkipped(result)) {
      this.endAs(test, 'skipped', [], { annotations: [{ type: 'skip', description: result.why || '' }] });
      return;
    }
    const failed = result.status === 'failed';
    const texts = failed ? (result.failureMessages || []).slice(0, MAX_ERRORS).map(plain) : [];
    const status = failed && TIMEOUT.test(texts[0] || '') ? 'timedOut' : failed ? 'failed' : 'passed';
    this.endAs(test, status, texts, { duration, time });
  }

  endAs(test, status, texts, { duration = 0, time = Date.now(), annotations = [] } = {}) {
    const errors = texts.map((text) => ({ text, ...this.place(text, test.path) }));
    this.shrinking((share) => ({
      type: 'end', id: test.id, retry: test.attempts, status, expected: status === 'skipped' ? 'skipped' : 'passed', time, duration,
      errors: errors.map(({ text, file, line, snippet }) => ({
        message: head(messageOf(text), 8 * KIB * share), stack: head(userStack(text), 16 * KIB * share), file, line, snippet: head(snippet, 4 * KIB * share),
      })),
      annotations, output: '', attachments: [],
    }));
    test.open = false;
    test.attempts += 1;
    test.last = status === 'timedOut' ? 'failed' : status;
  }

  /** Of a file's results that have the name of `known`, those that it does not stand for. */
  untold(known, results) {
    const rest = [...results];
    if (known.open) {
      this.end(known, rest.shift());
      return rest;
    }
    const same = rest.findIndex((result) => (isSkipped(result) ? 'skipped' : result.status) === known.last);
    const [result] = rest.splice(Math.max(0, same), 1);
    if (same < 0) {
      const text = plain((result.failureMessages || [])[0]);
      this.outside(`"${result.fullName || result.title}" ended as ${known.last}, and at the end of its file as ${result.status}: ${messageOf(text)}`,
        text, this.relative(known.path), 0);
    }
    return rest;
  }

  /** A test that only the end of its file tells. */
  late(run, result) {
    const test = this.plan(run, result);
    for (let attempt = 1; attempt < result.invocations && !isSkipped(result); attempt += 1) {
      this.endAs(test, 'failed', [plain((result.retryReasons || [])[attempt - 1] || 'This attempt failed and was retried; Jest keeps no more of it.')]);
    }
    const why = result.status === 'todo' ? 'todo' : run.focused ? 'left out: another test of the file is marked with .only' : '';
    this.end(test, { ...result, why });
  }

  /** The file itself failed: it did not load, a hook of the whole file failed, or its worker died. */
  fileFailed(run, { testExecError, failureMessage }) {
    const text = plain(testExecError.stack || testExecError.message || failureMessage);
    const told = plain(testExecError.message).trim() || messageOf(text);
    const message = told.replace(NO_ESM, (line) => `${line}: ${ESM_ADVICE}`);
    for (const test of run.tests.values()) {
      if (test.open) this.endAs(test, 'failed', [`Its test file ended while this test ran: ${message}`]);
    }
    const file = this.relative(run.path);
    const place = this.place(text, run.path);
    const [, line] = PARSE_ERROR.exec(message.startsWith(run.path) ? message.split('\n', 1)[0] : '') || [];
    this.outside(message, plain(failureMessage).trim() || text, file, place.file === file ? place.line : Number(line || 0));
  }

  outside(message, stack, file, line) {
    this.shrinking((share) => ({
      type: 'error', message: head(plain(message), 8 * KIB * share), stack: head(plain(stack), 16 * KIB * share), file, line, time: Date.now(),
    }));
  }

  planned() {
    const ids = [...this.ids].sort().map((id) => `${id}\n`).join('');
    this.write({ type: 'planned', count: this.ids.size, workers: this.workers, sha256: crypto.createHash('sha256').update(ids).digest('hex') });
  }

  /** Where the stack `text` leaves the test file, else the first place outside of packages. */
  place(text, testFile) {
    const frames = text.split('\n', 200).map((line) => FRAME.exec(line)).filter(Boolean)
      .map(([, file, line]) => ({ file: file.replace(/^file:\/\//, ''), line: Number(line) }));
    const frame = frames.find(({ file }) => file === testFile) || frames.find(({ file }) => !/[\\/]node_modules[\\/]/.test(file));
    if (!frame) return { file: '', line: 0, snippet: '' };
    return { file: this.relative(frame.file), line: frame.line, snippet: snippet(frame.file, frame.line) };
  }

  relative(file) {
    return head(path.relative(this.root, file).split(path.sep).join('/'), KIB);
  }

  /** Writes the event of `build(share)` with the largest share of its texts that fits a line. */
  shrinking(build) {
    let event;
    for (const share of [1, 1 / 4, 1 / 16, 1 / 64]) {
      event = build(share);
      if (Buffer.byteLength(JSON.stringify(event)) < LINE_BYTES) break;
    }
    this.write(event);
  }

  write(event) {
    if (this.log === null) return;
    const line = JSON.stringify(event);
    // A full disk can cut a write short. The next line then starts on a new one.
    const bytes = Buffer.from(this.torn ? `\n${line}\n` : `${line}\n`);
    // Opened each time: a test that runs in this process may close descriptors that it does not own.
    const descriptor = fs.openSync(this.log, 'a');
    try {
      this.torn = fs.writeSync(descriptor, bytes) < bytes.length;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Runs a hook's work. What goes wrong in here is told in the log and never reaches Jest. */
  guard(work) {
    if (this.log === null) return;
    try {
      work();
    } catch (error) {
      try {
        this.outside(`testrun reporter: ${error.message}`, error.stack, '', 0);
      } catch {
        // The log cannot be written: the missing finish says so.
      }
    }
  }
}

/** One test file in one of Jest's projects, while it runs. */
class FileRun {
  constructor({ path: file, context }) {
    const name = context.config.displayName;
    this.path = file;
    this.config = context.config;
    this.project = (name && (name.name || String(name))) || '';
    /** Whether a test of the file is known to be marked with .only. */
    this.focused = false;
    /** By name, the first test of that name. */
    this.tests = new Map();
  }
}

function nameOf({ ancestorTitles, title }) {
  return JSON.stringify([...(ancestorTitles || []), title]);
}

function isSkipped({ status }) {
  return status !== 'passed' && status !== 'failed';
}

/** What a person wants to read first of an error's text: all before its stack, without the words that say nothing. */
function messageOf(text) {
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && /^\s+at .*[:(<]/.test(line));
  const message = lines.slice(0, end < 0 ? lines.length : end).join('\n').trim();
  if (TIMEOUT.test(message)) return message.replace(/^.*?thrown: "/, '').replace(/"$/, '');
  return message.replace(/^(?:Error|JestAssertionError): /, '');
}

function userStack(text) {
  return text.split('\n').filter((line) => !INNER_FRAME.test(line)).join('\n');
}

/** The lines around `number` of the user's source, or nothing when it cannot be read. */
function snippet(file, number) {
  try {
    if (fs.statSync(file).size > SNIPPET_FILE_BYTES) return '';
    const first = Math.max(1, number - SNIPPET_LINES);
    return fs.readFileSync(file, 'utf8').split('\n').slice(first - 1, number + SNIPPET_LINES)
      .map((line, index) => `${first + index === number ? '>' : ' '} ${String(first + index).padStart(4)} | ${line.slice(0, 300)}`).join('\n');
  } catch {
    return '';
  }
}

function plain(value) {
  return (value === undefined || value === null ? '' : String(value)).replace(ANSI, '');
}

/** The first `limit` bytes of `value`, cut between characters; '…' marks the cut. Lone surrogates become U+FFFD. */
function head(value, limit) {
  const bytes = Buffer.from(String(value).slice(0, limit + 1));
  if (bytes.length <= limit) return bytes.toString();
  let end = limit - 3;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…`;
}

function milliseconds(value) {
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}

function instant(value) {
  return Number.isFinite(value) && value > 0 ? Math.round(value) : Date.now();
}

function realpath(folder) {
  try {
    return fs.realpathSync.native(folder);
  } catch {
    return path.resolve(folder);
  }
}

module.exports = TestrunReporter;
