import { expect, test } from '@playwright/test';

test('adds', () => { expect(1 + 1).toBe(2); });
test('pays at the second try', ({}, info) => { expect(info.retry).toBe(1); });
test('is skipped', () => { test.skip(true, 'not on this platform'); });
