import fs from 'node:fs';
import { chromium, test } from '@playwright/test';

test('ends at once', () => {});

test('takes all memory @node', async () => {
  const held: Buffer[] = [];
  for (;;) {
    held.push(Buffer.alloc(16 << 20, 1));
    await new Promise((done) => setTimeout(done, 10));
  }
});

test('takes all memory @browser', async () => {
  const executablePath = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => fs.existsSync(path));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const page = await browser.newPage();
  await page.evaluate(() => {
    const held: Uint8Array[] = [];
    for (;;) held.push(new Uint8Array(16 << 20).fill(1));
  });
});

test('fills the disk @disk', async () => {
  const file = fs.openSync('/tmp/large', 'w');
  for (;;) {
    fs.writeSync(file, Buffer.alloc(4 << 20, 1));
    await new Promise((done) => setTimeout(done, 20));
  }
});

test('waits @waits', async () => { await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS ?? 600_000))); });
