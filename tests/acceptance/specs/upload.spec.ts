import { writeFileSync } from 'node:fs';

import { test } from '@playwright/test';

test('leaves a large file', async ({}, info) => {
  const file = info.outputPath('large.bin');
  writeFileSync(file, Buffer.alloc(80 << 20, 'all of it'));
  info.attachments.push({ name: 'large', contentType: 'application/octet-stream', path: file });
});
test('takes its time', async () => { await new Promise((done) => setTimeout(done, 10_000)); });
