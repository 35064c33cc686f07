/**
 * The main program of a shard's container: runs the user's own Playwright with our reporter and tells the server how it goes.
 *
 * Runs as `node /testrun/shim.mjs` in the user's working directory, on the user's node (18 or later), with nothing but node's built-ins. It adds
 * no opinion: Playwright's output goes to the container's log as it is, and its exit code is the container's. docs/protocol.md §1 and §2 is the
 * contract. Whatever happens, it ends, with an `exit` event and a termination message that say why.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import memory from './memory.cjs';
import { Unusable, findPlaywright } from './playwright.mjs';
import { Sender } from './sender.mjs';
import { Spool, makeFolder } from './spool.mjs';
import text from './text.cjs';

const MOUNT = process.env.TESTRUN_MOUNT || '/testrun';
const TERMINATION_LOG = process.env.TESTRUN_TERMINATION_LOG || '/dev/termination-log';
const REPORTER = ['reporter.cjs', 'attachments.cjs', 'memory.cjs', 'reserve.cjs', 'text.cjs'];
const CANNOT_WORK = 125;
const TERMINATED = 143;
const OUTPUT_BYTES = 8 * 1024;
/** Colours take a part of it. */
const KEPT_BYTES = 2 * OUTPUT_BYTES;
const POLL_MS = 50;
/** Output that is still in the pipe when Playwright has ended, unless a process that it left behind keeps the pipe open. */
const LAST_OUTPUT_MS = 300;
/** Of the drain, and of the grace period: kept for the `exit` event, the termination message and the process's own end. */
const LAST_WORDS_MS = 1000;

/** What the operator put into the pod; without a `server` nobody listens, and the spool is all there is. `problem` says what is missing; the rest is then as good as it can be. */
function readShard(env) {
  const shard = { run: {}, index: null, token: '', pod: env.POD_NAME || os.hostname(), node: env.NODE_NAME || '', problem: null };
  try {
    shard.run = JSON.parse(fs.readFileSync(path.join(MOUNT, 'run.json'), 'utf8'));
    if (shard.run.v !== 1) throw new Error(`its version is ${shard.run.v}, not 1`);
    const index = /^\d+$/.test(env.JOB_COMPLETION_INDEX || '') ? Number(env.JOB_COMPLETION_INDEX) : -1;
    if (index >= 0 && index < shard.run.shards) shard.index = index;
    else shard.problem = `JOB_COMPLETION_INDEX is ${JSON.stringify(env.JOB_COMPLETION_INDEX)}, not one of 0 to ${shard.run.shards - 1}: run this in an Indexed Job`;
    if (shard.run.server) {
      shard.token = fs.readFileSync(path.join(MOUNT, 'token'), 'utf8').trim();
      if (!shard.token) shard.problem = `${path.join(MOUNT, 'token')} is empty`;
    }
  } catch (error) {
    shard.problem = `${error.path || path.join(MOUNT, 'run.json')} cannot be used: ${error.message.split('\n')[0]}`;
  }
  return shard;
}

/** Without a folder to write to neither the log nor Playwright can work, so this is the end. */
function openSpool(env) {
  try {
    return new Spool(env.TESTRUN_SPOOL);
  } catch (error) {
    return giveUp(`no spool folder: ${error.message}: mount an emptyDir at the temporary folder, or set TESTRUN_SPOOL`);
  }
}

/**
 * `playwright test` with our additions, which must stand before a `--` of the user's. They win over the user's config: a `shard` or a committed
 * `test.only` in it would leave tests out, and nobody would miss them.
 */
function playwrightArguments({ args = [], shards }, index) {
  const ours = [`--shard=${index + 1}/${shards}`, '--forbid-only'];
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return ['test', ...args.slice(0, end), ...ours, ...args.slice(end)];
}

/**
 * Copies the reporter to where Playwright loads it from; its path. Playwright compiles every script that is not below a `node_modules` folder,
 * which in a fresh pod takes 0.2 s of a core.
 */
function installReporter(spool) {
  const folder = path.join(spool, 'node_modules', 'testrun');
  makeFolder(folder);
  for (const name of REPORTER) fs.copyFileSync(path.join(MOUNT, name), path.join(folder, name));
  return path.join(folder, REPORTER[0]);
}

class Shim {
  constructor(shard, spool) {
    this.shard = shard;
    this.spool = spool;
    this.signal = null;
    this.signalled = Infinity;
    this.child = null;
    this.playwright = { exit: null, signal: null };
    this.problem = shard.problem;
    this.output = Buffer.alloc(0);
    this.killed = memory.oomKills();
    /** The log holds all that the shim had to say. */
    this.whole = true;
    this.sender = shard.token && shard.index !== null ? new Sender(spool, shard.run, shard) : null;
  }

  /** From the first event to the last; the exit code. */
  async run() {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => this.onSignal(signal));
    const found = this.find();
    const args = playwrightArguments(this.shard.run, this.shard.index);
    this.tell({
      type: 'begin', v: 1, time: Date.now(), index: this.shard.index, shards: this.shard.run.shards, pod: this.shard.pod, node: this.shard.node,
      nodejs: process.versions.node, playwright: found.version, uid: this.shard.run.uid, cwd: process.cwd(), argv: args,
    });
    const ended = this.problem ? null : this.play(found, args);
    this.sender?.start();
    this.look();
    const poll = setInterval(() => this.look(), POLL_MS);
    await ended;
    clearInterval(poll);
    return this.end();
  }

  find() {
    if (this.problem) return { version: null };
    try {
      return findPlaywright(process.cwd(), process.env);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      this.problem = error.message;
      return { version: error.version };
    }
  }

  /** Runs Playwright; settles when it has ended and its output is written. Never rejects. */
  play({ cli, env }, args) {
    const reporter = { spool: this.spool.folder, limits: this.shard.run.limits };
    // A process group of its own: a terminal's Ctrl-C reaches the shim alone, and one SIGKILL reaches all that Playwright started in it.
    const child = childProcess.spawn(process.execPath, [cli, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'], detached: true,
      // PW_TEST_REPORTER adds a reporter to those of the user's config and arguments, in every version that we support.
      env: { ...process.env, ...env, PW_TEST_REPORTER: installReporter(this.spool.folder), TESTRUN_REPORTER: JSON.stringify(reporter) },
    });
    this.child = child;
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      from.on('data', (chunk) => {
        to.write(chunk);
        this.output = Buffer.concat([this.output, chunk]).subarray(-KEPT_BYTES);
      });
      to.on('error', () => {}); // Nobody reads the container's log any more.
    }
    return new Promise((resolve) => {
      child.on('error', (error) => {
        this.problem = `node cannot be started: ${error.message}`;
        resolve();
      });
      child.on('close', resolve);
      child.on('exit', (code, signal) => {
        this.playwright = { exit: code, signal };
        setTimeout(resolve, LAST_OUTPUT_MS);
      });
    }).finally(() => { this.child = null; });
  }

  /** Playwright writes its reports on SIGINT and dies of SIGTERM. The first signal asks it to end, the second, or the end of the grace period, makes it. */
  onSignal(signal) {
    if (this.signal === null) {
      this.signal = signal;
      this.signalled = Date.now();
      this.tell({ type: 'signal', signal, time: this.signalled });
      this.child?.kill('SIGINT');
      const grace = this.grace();
      setTimeout(() => this.kill(), grace - Math.min(5000, grace / 3)).unref();
    } else {
      this.kill();
    }
  }

  kill() {
    if (this.child === null) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }

  grace() {
    return (this.shard.run.gracePeriodSeconds ?? 30) * 1000;
  }

  /** A full disk costs the event, not the run: its result still stands in the termination message. */
  tell(event) {
    try {
      this.spool.append(event);
    } catch (error) {
      this.whole = false;
      complain(`the ${event.type} event cannot be written: ${error.message}`);
    }
  }

  /** A full disk explains what is missing, and what failed. A run that is whole and green has nothing to explain. */
  tellFull() {
    const { planned, reported } = this.spool.tally.counts();
    if (!this.spool.wasFull || (this.whole && planned === reported && this.code() === 0)) return;
    this.tell({ type: 'error', message: `testrun reporter: no space left on device: ${this.spool.folder}`, stack: '', file: '', line: 0, time: Date.now() });
  }

  look() {
    if (this.spool.read()) this.sender?.kick();
  }

  /** Sends what is left, then the last words. Attachments first: the server may close the run as soon as it has the `exit` events. */
  async end() {
    const ended = Date.now();
    const drain = (this.shard.run.limits?.drainSeconds ?? 20) * 1000;
    const deadline = () => Math.min(ended + drain, this.signalled + this.grace() - LAST_WORDS_MS / 2);
    this.spool.repair();
    this.sender?.kick();
    if (this.problem === null && this.playwright.exit === 0 && !(this.spool.tally.whole && this.spool.tally.finished)) {
      this.problem = 'Playwright ended with 0 but ran no tests that our reporter saw: the arguments must let `playwright test` run';
    }
    this.tellFull();
    this.writeTermination(false);
    await this.sender?.settled(() => this.sender.idle, () => deadline() - Math.min(LAST_WORDS_MS, drain / 4));
    const { planned, reported, plannedSha256, reportedSha256 } = this.spool.tally.counts();
    this.tell({
      type: 'exit', code: this.code(), playwrightExit: this.playwright.exit, playwrightSignal: this.playwright.signal, problem: this.problem,
      output: text.tail(this.output.toString(), OUTPUT_BYTES), planned, reported, plannedSha256, reportedSha256, time: Date.now(),
      ...this.memory(),
    });
    this.look();
    await this.sender?.settled(() => this.sender.eventsSent || this.sender.idle, deadline);
    const sent = this.whole && (this.sender?.eventsSent ?? false);
    this.writeTermination(sent);
    this.complain(sent);
    if (sent) this.spool.remove();
    return this.code();
  }

  code() {
    if (this.signal === 'SIGTERM') return TERMINATED;
    if (this.problem !== null) return CANNOT_WORK;
    return this.playwright.exit ?? 128 + os.constants.signals[this.playwright.signal];
  }

  /** Told only when the kernel killed something: then a red shard is red for want of memory. */
  memory() {
    const oomKills = memory.oomKills() - this.killed;
    return oomKills > 0 ? { oomKills, memoryLimit: memory.memoryLimit() } : {};
  }

  writeTermination(sent) {
    const { planned, reported, passed, failed, skipped, flaky, outOfMemory, ran, plannedSha256, reportedSha256 } = this.spool.tally.counts();
    writeTermination({
      code: this.code(), planned, reported, passed, failed, skipped, flaky, ran, plannedSha256, reportedSha256, signal: this.signal,
      problem: this.problem, sent, ...this.memory(), ...(outOfMemory > 0 && { outOfMemory }),
    });
  }

  /** What a reader of the container's log should know. */
  complain(sent) {
    const { problem, sender } = this;
    const lost = sender?.closed ?? sender?.eventsStopped ?? 'the server did not answer in time';
    if (problem !== null) complain(problem);
    if (sender !== null && !sent) complain(`not all results were sent: ${lost}`);
    for (const refusal of sender?.refused ?? []) complain(refusal);
    if (sender !== null && sent && sender.waiting.length + sender.uploading > 0) complain(`${sender.waiting.length + sender.uploading} attachments were not sent in time`);
  }
}

function writeTermination(message) {
  try {
    fs.writeFileSync(TERMINATION_LOG, JSON.stringify({ v: 1, ...message, problem: message.problem && text.head(message.problem, 500) }));
  } catch {
    // Not in a container.
  }
}

function complain(problem) {
  process.stderr.write(`testrun: ${problem}\n`);
}

/** The shim itself failed. The tests may be running: they end with it. */
function fail(error, shim) {
  shim?.kill();
  process.stderr.write(`${error.stack}\n`);
  giveUp(`the shim failed: ${error.message}`);
}

/** The end without an `exit` event: only the termination message says why. */
function giveUp(problem) {
  complain(problem);
  writeTermination({ code: CANNOT_WORK, problem, sent: false });
  process.exit(CANNOT_WORK);
}

let shim;
process.on('uncaughtException', (error) => fail(error, shim));
try {
  shim = new Shim(readShard(process.env), openSpool(process.env));
  process.exit(await shim.run());
} catch (error) {
  fail(error, shim);
}
