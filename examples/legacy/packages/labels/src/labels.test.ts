import { expect, test } from '@jest/globals';

import { label } from './labels';

test('a city is written in capitals', async () => {
  const addresses = { find: async () => ({ name: 'Ida', city: 'Graz' }) };
  expect(await label(addresses, 'ida')).toBe('Ida\nGRAZ');
});
