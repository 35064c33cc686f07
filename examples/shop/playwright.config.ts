import { existsSync } from 'node:fs';

import { defineConfig, devices } from '@playwright/test';

const baseURL = process.env.BASE_URL ?? 'http://127.0.0.1:3000';

// A system Chromium is used where there is one, otherwise Playwright's own. The headless shell comes first: it starts
// pages in half the time, since it has no windows to manage.
const chromium = process.env.CHROMIUM_PATH
  ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path));

export default defineConfig({
  testDir: 'tests',
  // In a pod the image's folders are read-only, so the image points this to a folder under /tmp.
  outputDir: process.env.TEST_RESULTS_DIR ?? 'test-results',
  // Shards are cut by test and not by file, so that they end at about the same time.
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // One worker per pod: more speed comes from more shards.
  workers: Number(process.env.WORKERS ?? 1),
  retries: 1,
  timeout: 20_000,
  reporter: 'list',
  use: {
    baseURL,
    // Without the film strip, which costs a fifth of the run's time: every action keeps its snapshot of the page.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: { mode: 'only-on-failure', fullPage: true },
    // Recording needs an ffmpeg that Playwright downloads, which machines with a system Chromium do not have.
    video: 'off',
    launchOptions: {
      executablePath: chromium,
      // A container has no user namespaces for the sandbox, and tests want no traffic but their own.
      args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
    },
  },
  projects: [
    {
      name: 'desktop',
      use: { viewport: { width: 1280, height: 800 } },
      grepInvert: /@mobile-only/,
    },
    {
      name: 'mobile',
      // A phone's two and a half device pixels per pixel would cost time and show nothing more.
      use: { ...devices['Pixel 7'], deviceScaleFactor: 1 },
      // Only what can look or work differently on a phone: `@mobile` and `@mobile-only`.
      grep: /@mobile/,
    },
  ],
  // Without a BASE_URL the shop of this folder is started for the tests.
  webServer: process.env.BASE_URL
    ? undefined
    : {
        command: 'node app/server.mjs',
        url: `${baseURL}/healthz`,
        reuseExistingServer: true,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 1_000 },
      },
});
