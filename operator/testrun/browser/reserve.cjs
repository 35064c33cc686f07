'use strict';
/**
 * Room on the spool's disk that is set aside before the tests run: they may fill that disk, and how they ended must still be told.
 *
 * The reporter and the shim have some each, since what the one writes must not cost the other its last line. A reserve that was needed is an empty
 * file, so that one which a test has deleted is not mistaken for it.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const BYTES = { reporter: 256 * 1024, shim: 64 * 1024 };
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Throws what `fs` throws. */
function reserve(folder) {
  // Not zeros, which some file systems keep for nothing.
  for (const [whose, bytes] of Object.entries(BYTES)) fs.writeFileSync(file(folder, whose), crypto.randomBytes(bytes));
}

/** Appends the bytes, and takes the reserve for them when the disk is full; how many of them were written. Throws for all else. */
function append(descriptor, bytes, folder, whose) {
  const written = appendOnce(descriptor, bytes, 0);
  if (written === bytes.length) return written;
  try {
    fs.truncateSync(file(folder, whose), 0);
  } catch {
    // A test has deleted it.
  }
  return appendOnce(descriptor, bytes, written);
}

function appendOnce(descriptor, bytes, from) {
  try {
    return from + fs.writeSync(descriptor, bytes, from);
  } catch (error) {
    if (FULL.has(error.code)) return from;
    throw error;
  }
}

function wasNeeded(folder, whose) {
  return fs.statSync(file(folder, whose), { throwIfNoEntry: false })?.size === 0;
}

function file(folder, whose) {
  return path.join(folder, `reserve-${whose}`);
}

module.exports = { append, reserve, wasNeeded };
