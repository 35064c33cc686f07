import { createMockAddresses } from '../../__mocks__/addresses';
import { addressesAt, type Addresses } from '../../src/labels';
import { getIntegrationMode, requireEnv } from '../../../../tools/integration-runner/ts/mode';

export const isCluster = (): boolean => getIntegrationMode() === 'cluster';

export function createAddresses(): Addresses {
  const mode = getIntegrationMode();
  return mode === 'cluster' ? addressesAt(requireEnv('ADDRESSES_URL')) : createMockAddresses();
}
