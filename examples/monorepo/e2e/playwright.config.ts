import { existsSync } from 'node:fs';

import { defineConfig } from '@playwright/test';

const baseURL = process.env.BASE_URL ?? 'http://127.0.0.1:3000';

// A system Chromium is used where there is one, otherwise Playwright's own.
const chromium = process.env.CHROMIUM_PATH
  ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path));

export default defineConfig({
  testDir: 'tests',
  // In a pod the image's folders are read-only, so the image points this to a folder under /tmp.
  outputDir: process.env.TEST_RESULTS_DIR ?? 'test-results',
  // Shards are cut by test and not by file.
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  timeout: 20_000,
  reporter: 'list',
  use: {
    baseURL,
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      // A container has no user namespaces for the sandbox, and tests want no traffic but their own.
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
    },
  },
  // Without a BASE_URL the storefront of this repository is started for the tests.
  webServer: process.env.BASE_URL
    ? undefined
    : {
        command: 'npm start',
        cwd: '../packages/storefront',
        url: `${baseURL}/healthz`,
        reuseExistingServer: true,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 1_000 },
      },
});
