import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

/** In plain Node the `electron` package would try a download; the stand-in says what went wrong instead. */
const alias = { electron: resolve(root, 'test/helpers/electron-absent.ts') };
const server = { deps: { inline: ['electron-store', 'electron-log'] } };
/** Shorter than any test may take, and long enough for a machine that has something else to do. */
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/renderer/**'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          server,
          expect,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [react()],
        resolve: { alias },
        test: {
          name: 'screen',
          environment: 'jsdom',
          include: ['test/unit/renderer/**/*.test.{ts,tsx}'],
          setupFiles: [resolve(root, 'test/helpers/screen-setup.ts')],
          testTimeout: 20_000,
          server,
          expect,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          // Real servers: most of a test is waiting for them, so two files at a time, each with folders and ports of its own.
          name: 'hosts',
          environment: 'node',
          include: ['test/hosts/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          server,
          expect,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
