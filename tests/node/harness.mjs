/** Projects with a real Playwright in a temporary folder, and the shim run in them as a pod would run it. */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SCRIPTS = path.resolve(HERE, '../../operator/testrun/browser');
export const FIXTURES = path.join(HERE, 'fixtures');
/** The newest Playwright, and the oldest that is supported; or others whose fixtures are there. */
export const VERSIONS = process.env.PLAYWRIGHT_VERSIONS?.split(',') ?? ['1.65', '1.50'];
export const LIMITS = { eventsBytes: 64 << 20, attachmentsBytes: 256 << 20, attachmentBytes: 100 << 20, drainSeconds: 10 };

/** A new folder that the test `t` removes. */
export function temporary(t) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'shim-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** A folder with `files` and a Playwright; one worker and no reporter but a quiet one unless `files` has a config. */
export function project(t, version, files) {
  const folder = write(temporary(t), { 'playwright.config.js': config({}), ...files });
  if (version) fs.symlinkSync(path.join(FIXTURES, `pw-${version}`, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

export function config(options) {
  return `module.exports = ${JSON.stringify({ workers: 1, reporter: 'line', ...options })};`;
}

/** A spec file: `body` uses `test` and `expect`. */
export function spec(body) {
  return `const { test, expect } = require('@playwright/test');\n${body}\n`;
}

/** The folder that the operator mounts, as kubelet lays out a Secret: links into a folder with a date in its name. */
export function mount(t, { server, run = {}, token = 'secret', without = [] }) {
  const folder = temporary(t);
  const data = path.join(folder, '..2026_11_21');
  const json = {
    v: 1, server, namespace: 'shop', name: 'shop', uid: 'u-1', shards: 1, args: [], gracePeriodSeconds: 30, ...run, limits: { ...LIMITS, ...run.limits },
  };
  const files = { 'run.json': JSON.stringify(json), token };
  for (const name of fs.readdirSync(SCRIPTS).filter((entry) => /\.[cm]js$/.test(entry))) files[name] = fs.readFileSync(path.join(SCRIPTS, name), 'utf8');
  for (const name of without) delete files[name];
  write(data, files);
  fs.symlinkSync(path.basename(data), path.join(folder, '..data'));
  for (const name of Object.keys(files)) fs.symlinkSync(path.join('..data', name), path.join(folder, name));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/** Starts the shim in `cwd`. `ended` resolves to `{code, signal, stdout, stderr, termination}`; the spool outlives it. */
export function start(t, { cwd, server, run, token, without, env = {}, command = [process.execPath] }) {
  const mounted = mount(t, { server: server?.url ?? 'http://127.0.0.1:9', run, token, without });
  const spool = env.TESTRUN_SPOOL ?? path.join(temporary(t), 'spool');
  const log = path.join(temporary(t), 'termination');
  const { NODE_OPTIONS, CI, FORCE_COLOR, NODE_TEST_CONTEXT, ...inherited } = process.env;
  const child = childProcess.spawn(command[0], [...command.slice(1), path.join(mounted, 'shim.mjs')], {
    cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000, killSignal: 'SIGKILL',
    env: {
      ...inherited, TESTRUN_MOUNT: mounted, TESTRUN_SPOOL: spool, TESTRUN_TERMINATION_LOG: log, POD_NAME: 'shop-0-x', NODE_NAME: 'node-a',
      JOB_COMPLETION_INDEX: '0', ...env,
    },
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => { stdout += chunk; });
  child.stderr.on('data', (chunk) => { stderr += chunk; });
  const ended = new Promise((resolve) => child.on('close', (code, signal) => {
    const termination = fs.existsSync(log) ? JSON.parse(fs.readFileSync(log, 'utf8')) : null;
    resolve({ code, signal, stdout, stderr, termination });
  }));
  return { child, ended, spool, get stdout() { return stdout; } };
}

/** The events in a spool folder. */
export function spooled(spool) {
  return fs.readFileSync(path.join(spool, 'events.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

/** Waits until `condition()` is true; fails with `what` after half a minute: a busy machine needs its time. */
export async function until(condition, what) {
  for (const deadline = Date.now() + 30_000; !condition();) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/** Each event as one line: `end adds an item passed`. */
export function story(events) {
  const titles = new Map(events.flatMap(({ type, tests }) => (type === 'plan' ? tests.map(({ id, title }) => [id, title.at(-1)]) : [])));
  return events.map((event) => {
    const about = { plan: event.tests?.length, planned: event.count, start: titles.get(event.id), error: '', signal: event.signal, exit: event.code,
      finish: event.status, end: `${titles.get(event.id)} ${event.status}` }[event.type];
    return about === undefined || about === '' ? event.type : `${event.type} ${about}`;
  });
}
