import { defineConfig } from '@playwright/test';

/** `build/test.mjs` names a display for each worker: focus and the window manager belong to who has the display. */
const displays: readonly Readonly<Record<string, string>>[] = JSON.parse(process.env['COUNTERSIGN_DISPLAYS'] ?? '[{}]');
// A worker reads this file once more, and Playwright has told it by then which of them it is.
Object.assign(process.env, displays[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)]);

/** Where how soon something happens is what is tested, nothing else may keep the machine busy. */
const timed = /(flood|lock-window|lockdown)\.spec\.ts$/;

/** End to end: the built app in a real Electron, one at a time on each display. */
export default defineConfig({
  testDir: 'test/e2e',
  workers: displays.length,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // The JSON report goes where PLAYWRIGHT_JSON_OUTPUT_FILE says.
  reporter: [['list'], ['json']],
  // Pictures would be taken of every frame of every test, for the few that fail.
  use: { trace: { mode: 'retain-on-failure', screenshots: false } },
  projects: [
    { name: 'together', testMatch: '**/*.spec.ts', testIgnore: timed, outputDir: 'test-results/e2e-together' },
    { name: 'alone', testMatch: timed, outputDir: 'test-results/e2e-alone' },
  ],
});
