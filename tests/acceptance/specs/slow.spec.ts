import { test } from '@playwright/test';

test('ends at once', () => {});
test('takes its time', async () => { await new Promise((done) => setTimeout(done, Number(process.env.SLOW_MS ?? 60_000))); });
test('comes after that', () => {});
