import { expect, test } from '@playwright/test';

for (const name of ['adds', 'removes', 'pays', 'ships', 'refunds', 'greets']) {
  test(name, () => { expect(name.length).toBeGreaterThan(2); });
}
