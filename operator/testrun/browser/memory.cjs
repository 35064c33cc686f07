'use strict';
/**
 * What the kernel tells a container of its own memory: how many of its processes it has killed for want of it, and the limit.
 *
 * Asked of the control group that a container finds at /sys/fs/cgroup, of version 2 or 1. The kernel counts a kill before it kills, so whoever sees
 * that a process is gone finds it counted. Where nothing can be read nothing is said.
 */
const fs = require('node:fs');
const path = require('node:path');

const ROOT = process.env.TESTRUN_CGROUP || '/sys/fs/cgroup';
const EVENTS = ['memory.events', 'memory/memory.oom_control'];
const LIMITS = ['memory.max', 'memory/memory.limit_in_bytes'];
/** Version 1 has no word for "no limit", only a number that no machine reaches. */
const NO_LIMIT = 2 ** 50;

/** How many processes of this container were killed so far. */
function oomKills() {
  return number(EVENTS, /^oom_kill (\d+)$/m) ?? 0;
}

/** The bytes that the container may use; null without a limit. */
function memoryLimit() {
  const bytes = number(LIMITS, /^(\d+)$/m);
  return bytes !== null && bytes < NO_LIMIT ? bytes : null;
}

function number(files, pattern) {
  for (const file of files) {
    try {
      const found = pattern.exec(fs.readFileSync(path.join(ROOT, file), 'utf8'));
      if (found) return Number(found[1]);
    } catch {
      // Of the other version, or no container.
    }
  }
  return null;
}

module.exports = { memoryLimit, oomKills };
