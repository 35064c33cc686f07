/** Texts of the event log: plain, well-formed, bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import text from '../../operator/testrun/browser/text.cjs';

const CASES = [
  ['nothing', undefined, ''],
  ['null', null, ''],
  ['a number', 7, '7'],
  ['colours', '\u001b[31mred\u001b[39m \u001b[1;38;5;208mbold\u001b[0m', 'red bold'],
  ['cursor and line movements', '\u001b[1A\u001b[2Kdone\u001b[?25h', 'done'],
  ['a link', '\u001b]8;;http://shop\u0007shop\u001b]8;;\u001b\\', 'shop'],
  ['other control characters stay', 'a\u0000\u0008\tb', 'a\u0000\u0008\tb'],
  ['an escape at the end', 'a\u001b', 'a\u001b'],
];
for (const [name, given, expected] of CASES) test(`plain: ${name}`, () => assert.equal(text.plain(given), expected));

test('head and tail keep what fits', () => {
  assert.deepEqual([text.head('äöü', 6), text.tail('äöü', 6)], ['äöü', 'äöü']);
});

test('head and tail cut between characters, mark the cut and keep the limit', () => {
  assert.deepEqual([text.head('aäöü', 6), text.tail('äöüa', 6)], ['aä…', '…üa']);
  for (let limit = 4; limit < 40; limit += 1) {
    for (const cut of [text.head('a🎈é'.repeat(20), limit), text.tail('a🎈é'.repeat(20), limit)]) {
      assert.ok(Buffer.byteLength(cut) <= limit && !cut.includes('\ufffd') && cut.includes('…'), `${limit}: ${cut}`);
    }
  }
});

test('lone surrogates become replacement characters', () => {
  assert.deepEqual([text.head('a\ud800b', 10), text.tail('\udc00', 10)], ['a\ufffdb', '\ufffd']);
});

test('a text of many megabytes is cut without looking at all of it', () => {
  const huge = 'x'.repeat(50_000_000);
  const began = performance.now();
  for (let n = 0; n < 100; n += 1) text.head(huge, 8192);
  assert.ok(performance.now() - began < 2000);
});
