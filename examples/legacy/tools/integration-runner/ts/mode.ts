export type IntegrationMode = 'repo' | 'local' | 'cluster';

const MODES: readonly string[] = ['repo', 'local', 'cluster'];

/** The mode that tests run in. */
export function getIntegrationMode(): IntegrationMode {
  const mode = (process.env.INTEGRATION_MODE ?? 'repo').toLowerCase();
  if (!MODES.includes(mode)) {
    throw new Error(`unknown INTEGRATION_MODE ${mode}`);
  }
  return mode as IntegrationMode;
}

export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
