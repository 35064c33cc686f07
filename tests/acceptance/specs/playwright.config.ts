import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '/tmp/results',
  fullyParallel: true,
  workers: 1,
  retries: 1,
  timeout: 120_000,
  reporter: 'list',
  projects: [{ name: 'plain' }],
});
