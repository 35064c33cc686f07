import { describe, expect, it } from '@jest/globals';

import { label } from '../../src/labels';
import { createAddresses, isCluster } from './helpers';

const itInACluster = isCluster() ? it : it.skip;

describe('labels', () => {
  const addresses = createAddresses();

  it('has the name first', async () => {
    const text = await label(addresses, 'Ida');
    expect(text.split('\n')[0]).toBe('Ida');
    if (!isCluster()) {
      const city = text.split('\n')[1];
      expect(city).toBe('LINZ');
    }
  });

  itInACluster('knows where customers live', async () => {
    expect(await label(addresses, 'ida')).toBe('Ida\nGRAZ');
  });

  it('does not know everybody', async () => {
    if (!isCluster()) return;
    await expect(label(addresses, 'nobody')).rejects.toThrow();
  });
});
