import { existsSync } from 'node:fs';

import { test } from '@playwright/test';

const chromium = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path));
test.use({ launchOptions: { executablePath: chromium, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] } });

test('ends at once', () => {});
test('waits @waits', async () => { await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS ?? 600_000))); });
test('eats the memory of its worker @worker', () => { for (const kept = []; ;) kept.push(Buffer.alloc(8 << 20, 1)); });
test('eats the memory of its page @page', async ({ page }) => {
  await page.evaluate(() => { for (const kept = []; ;) kept.push(new Uint8Array(8 << 20).fill(1)); });
});
