/**
 * Finds the user's own Playwright from the working directory, whatever package manager laid it out, and says how to start it.
 *
 * Runs nothing of the user's but, under Yarn Plug'n'Play, a short node process that only resolves: there the layout is code (`.pnp.cjs`).
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The oldest version that our tests run. */
export const OLDEST = [1, 50];

const PACKAGES = ['@playwright/test', 'playwright'];
const RESOLVE_MS = 30_000;
const FIND_WITH_PNP = `
  for (const name of ${JSON.stringify(PACKAGES)}) {
    try {
      const manifest = require.resolve(name + '/package.json');
      console.log(JSON.stringify({ manifest, version: require(manifest).version }));
      break;
    } catch {}
  }`;

/** Why the user's Playwright cannot be started: one line that says what to do. */
export class Unusable extends Error {
  constructor(message, version = null) {
    super(message);
    this.version = version;
  }
}

/** `{cli, version, env}`: the script for node, the version, and what to add to the environment. Throws `Unusable`. */
export function findPlaywright(folder, env) {
  const pnp = findUpwards(folder, '.pnp.cjs');
  const found = pnp ? resolveWithPnp(folder, pnp, env) : resolvePlain(folder);
  if (!found) {
    throw new Unusable(`no Playwright found from ${folder}: install @playwright/test in the image, and set spec.playwright.workingDir to the folder of its package.json`);
  }
  const [major, minor] = found.version.split('.').map(Number);
  if (!(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) {
    throw new Unusable(`Playwright ${found.version} is not supported: use ${OLDEST.join('.')} or later`, found.version);
  }
  return { cli: path.join(path.dirname(found.manifest), 'cli.js'), version: found.version, env: pnp ? { NODE_OPTIONS: pnpOptions(pnp, env) } : {} };
}

function resolvePlain(folder) {
  const require = createRequire(path.join(folder, 'package.json'));
  for (const name of PACKAGES) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      return { manifest, version: JSON.parse(fs.readFileSync(manifest, 'utf8')).version };
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw new Unusable(`${name} cannot be read: ${error.message.split('\n')[0]}`);
    }
  }
  return null;
}

function resolveWithPnp(folder, pnp, env) {
  const run = childProcess.spawnSync(process.execPath, ['--require', pnp, '--eval', FIND_WITH_PNP], {
    cwd: folder, env, encoding: 'utf8', timeout: RESOLVE_MS,
  });
  if (run.status !== 0) throw new Unusable(`${pnp} does not load: ${(run.error?.message ?? run.stderr).trim().split('\n')[0]}`);
  return run.stdout ? JSON.parse(run.stdout) : null;
}

/** NODE_OPTIONS as `yarn node` sets them, so that Playwright's workers have them too. */
function pnpOptions(pnp, env) {
  const given = env.NODE_OPTIONS ?? '';
  if (given.includes('.pnp.cjs')) return given;
  const loader = path.join(path.dirname(pnp), '.pnp.loader.mjs');
  const options = [given, `--require ${JSON.stringify(pnp)}`];
  if (fs.existsSync(loader)) options.push(`--experimental-loader ${pathToFileURL(loader)}`);
  return options.join(' ').trim();
}

function findUpwards(folder, name) {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, name);
    if (fs.existsSync(file)) return file;
    if (at === path.dirname(at)) return null;
  }
}
