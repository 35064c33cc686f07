import { expect, test } from '@playwright/test';

test('adds', () => { expect(1 + 1).toBe(2); });
test('pays', () => { expect(40 + 1, 'the total').toBe(42); });
