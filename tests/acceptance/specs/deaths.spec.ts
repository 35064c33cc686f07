import { test } from '@playwright/test';

test('ends at once', () => {});
test('waits @waits', async () => { await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS ?? 600_000))); });
