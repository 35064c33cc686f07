'use strict';
/**
 * Texts that go into the event log: without terminal colours, well-formed, and bounded in UTF-8 bytes.
 *
 * Shared by the reporter (CommonJS, inside Playwright) and the shim. Pure: no I/O.
 */

// CSI and OSC sequences as terminals know them, then the two-character escapes.
const ANSI = /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|[0-?]*[ -/]*[@-~])/g;

/** A text may be a hundred megabytes: no more than this times the limit is looked at, of which ANSI sequences may take a part. */
const LOOK = 8;

/** `value` as text without ANSI sequences. Anything that is not a string becomes one; null and undefined become ''. */
function plain(value) {
  const text = value === undefined || value === null ? '' : String(value);
  return text.includes('\u001b') || text.includes('\u009b') ? text.replace(ANSI, '') : text;
}

/** The first `limit` bytes of `value`, cut between characters; '…' marks the cut. Lone surrogates become U+FFFD. */
function head(value, limit) {
  const bytes = Buffer.from(plain(typeof value === 'string' ? value.slice(0, LOOK * limit) : value));
  if (bytes.length <= limit) return bytes.toString();
  let end = limit - 3;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…`;
}

/** The last `limit` bytes of `value`, cut between characters; '…' marks the cut. */
function tail(value, limit) {
  const bytes = Buffer.from(plain(typeof value === 'string' ? value.slice(-LOOK * limit) : value));
  if (bytes.length <= limit) return bytes.toString();
  let start = bytes.length - limit + 3;
  while (start < bytes.length && (bytes[start] & 0xc0) === 0x80) start += 1;
  return `…${bytes.toString('utf8', start)}`;
}

module.exports = { head, plain, tail };
