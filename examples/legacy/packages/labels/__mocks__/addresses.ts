import type { Addresses } from '../src/labels';

export function createMockAddresses(): Addresses {
  return { find: async (customer) => ({ name: customer, city: 'Linz' }) };
}
