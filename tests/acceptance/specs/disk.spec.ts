import { appendFileSync } from 'node:fs';

import { test } from '@playwright/test';

/** Until no byte more goes in. */
function fill(): void {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) appendFileSync('/tmp/filler', Buffer.alloc(size, 1));
    } catch {
      // A smaller piece may still go in.
    }
  }
}

test('ends at once', () => {});
test('fills the disk @once @again', () => { fill(); });
for (let number = 1; number <= 40; number += 1) {
  test(`comes after that ${number} @once`, () => {});
  test(`fills it again ${number} @again`, () => { fill(); });
}
