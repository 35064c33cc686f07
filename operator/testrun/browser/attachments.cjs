'use strict';
/**
 * Takes what a test attached into the spool folder, while it is still there: Playwright removes folders, tests rewrite their files.
 *
 * A copy, not a hard link: a log file that a test attaches again and again is written in place, and a link would change with it.
 * Only regular files are taken, never through a link, never above the limits. Knows nothing of the event log or of the network.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { head } = require('./text.cjs');

const PER_ATTEMPT = 50;
const CHUNK = 1024 * 1024;
const EXTENSIONS = {
  'application/json': '.json', 'application/zip': '.zip', 'image/jpeg': '.jpg', 'image/png': '.png', 'image/svg+xml': '.svg',
  'text/css': '.css', 'text/html': '.html', 'text/markdown': '.md', 'text/plain': '.txt', 'video/webm': '.webm',
};

class Refused extends Error {}

class Attachments {
  /** `folder` exists; `limits` are `attachmentBytes` (one file) and `attachmentsBytes` (all of this pod). */
  constructor(folder, limits) {
    this.folder = folder;
    this.limits = limits;
    this.taken = 0;
    this.number = 0;
    this.buffer = null;
  }

  /**
   * Playwright's attachments of one attempt as the `attachments` of its `end` event. When the attempt ended as `expected`, half of the pod's sum
   * is kept for those that do not: a trace of every passed test must not cost the trace of the failed one.
   */
  take(attached, expected) {
    this.sum = expected ? this.limits.attachmentsBytes / 2 : this.limits.attachmentsBytes;
    const list = Array.isArray(attached) ? attached : [];
    const whole = list.length <= PER_ATTEMPT;
    const records = (whole ? list : list.slice(0, PER_ATTEMPT - 1)).map((one) => this.takeOne(one));
    if (!whole) {
      const left = list.length - records.length;
      records.push({ name: `${left} more`, contentType: '', refused: `at most ${PER_ATTEMPT} attachments are taken for one attempt` });
    }
    return records;
  }

  takeOne(attachment) {
    const name = head(attachment.name, 200);
    const contentType = head(attachment.contentType, 100);
    const file = this.fileName(attachment);
    const target = path.join(this.folder, file);
    try {
      const copied = attachment.path ? this.copy(attachment.path, target) : this.write(attachment.body, target);
      this.taken += copied.bytes;
      return { name, contentType, file, ...copied };
    } catch (error) {
      fs.rmSync(target, { force: true });
      return { name, contentType, refused: error instanceof Refused ? error.message : `cannot be copied: ${error.code || head(error.message, 200)}` };
    }
  }

  /** `<n>-<cleaned name>.<ext>`: unique in this pod, and safe as a file name and in a URL. */
  fileName(attachment) {
    this.number += 1;
    const given = attachment.path ? path.extname(attachment.path) : '';
    const known = EXTENSIONS[String(attachment.contentType).split(';')[0].trim().toLowerCase()] || '.bin';
    const extension = /^\.[A-Za-z0-9]{1,10}$/.test(given) ? given : known;
    const base = path.basename(String(attachment.name), extension).replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80);
    return `${this.number}-${base || 'attachment'}${extension}`;
  }

  check(bytes) {
    const { attachmentBytes } = this.limits;
    if (bytes > attachmentBytes) throw new Refused(`larger than ${attachmentBytes} bytes`);
    if (this.taken + bytes > this.sum) throw new Refused(`the attachments of this pod would be larger than ${this.sum} bytes`);
  }

  write(body, target) {
    if (typeof body !== 'string' && !ArrayBuffer.isView(body)) throw new Refused('neither a path nor a body');
    const content = Buffer.from(body);
    this.check(content.length);
    fs.writeFileSync(target, content, { flag: 'wx' });
    return { bytes: content.length, sha256: crypto.createHash('sha256').update(content).digest('hex') };
  }

  copy(source, target) {
    const input = openRegular(source);
    try {
      this.check(fs.fstatSync(input).size);
      const output = fs.openSync(target, 'wx');
      try {
        return this.pour(input, output);
      } finally {
        fs.closeSync(output);
      }
    } finally {
      fs.closeSync(input);
    }
  }

  /** A file may grow while it is read, so the limits are checked against what was read. */
  pour(input, output) {
    this.buffer = this.buffer || Buffer.allocUnsafe(CHUNK);
    const hash = crypto.createHash('sha256');
    let bytes = 0;
    for (;;) {
      const read = fs.readSync(input, this.buffer, 0, CHUNK, null);
      if (read === 0) return { bytes, sha256: hash.digest('hex') };
      bytes += read;
      this.check(bytes);
      hash.update(this.buffer.subarray(0, read));
      for (let written = 0; written < read;) written += fs.writeSync(output, this.buffer, written, read - written);
    }
  }
}

/** A file descriptor of a regular file. O_NONBLOCK: opening a pipe must not wait for its writer. */
function openRegular(file) {
  let descriptor;
  try {
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (error.code === 'ELOOP') throw new Refused('a link, not a regular file');
    if (error.code === 'ENOENT') throw new Refused('does not exist');
    throw error;
  }
  if (fs.fstatSync(descriptor).isFile()) return descriptor;
  fs.closeSync(descriptor);
  throw new Refused('not a regular file');
}

module.exports = { Attachments };
