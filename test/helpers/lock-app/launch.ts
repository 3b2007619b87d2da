import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Rectangle } from 'electron';
import { build } from 'vite';
import type { CoverView } from '../../../shared/contract/ipc/lock.ts';
import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import { type LaunchedApp, launchApp } from '../electron-app.ts';
import type { LockApp, Told } from './main.ts';

const root = resolve(import.meta.dirname, '../../..');
// Inside the project, so that packages which stay outside the bundle are found.
const folder = join(root, 'test-results/lock-app');

/** Builds the small app around the lock (`main.ts`); once a test file is enough. */
export async function buildLockApp(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: { main: join(import.meta.dirname, 'main.ts') },
        external: ['electron', /^node:/],
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  });
  const about = { name: 'countersign-lock', version: '0.0.0', type: 'module', main: 'main.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about));
}

export function launchLockApp(home: string, env: Readonly<Record<string, string>>): Promise<LaunchedApp> {
  return launchApp({ home, folder, env: { ...env, COUNTERSIGN_OUT: join(root, 'out') } });
}

/** What a test asks of the lock, from outside. */
export interface LockHandle {
  enter(): ReturnType<LockApp['lock']['enter']>;
  leave(): Promise<void>;
  told(): Promise<readonly Told[]>;
  /** What preflight would say of the desktop. */
  desktop(): Promise<PreflightCheck>;
  cover(view: CoverView): Promise<void>;
  choose(width: number): Promise<void>;
  /** X ids and bounds of the main window and of the covers. */
  windows(): Promise<readonly { readonly id: number; readonly cover: boolean; readonly bounds: Rectangle }[]>;
}

type World = { readonly lockApp: LockApp };

export function lockOf({ app }: LaunchedApp): LockHandle {
  return {
    enter: () => app.evaluate(() => (globalThis as unknown as World).lockApp.lock.enter()),
    leave: () => app.evaluate(() => (globalThis as unknown as World).lockApp.lock.leave()),
    told: () => app.evaluate(() => (globalThis as unknown as World).lockApp.told),
    desktop: () => app.evaluate(() => (globalThis as unknown as World).lockApp.senses.desktop()),
    cover: (view) =>
      app.evaluate((_electron, shown) => (globalThis as unknown as World).lockApp.lock.cover(shown), view),
    choose: (width) =>
      app.evaluate((_electron, wanted) => {
        const { lock } = (globalThis as unknown as World).lockApp;
        lock.chooseDisplay(lock.displays().find((display) => display.width === wanted)?.id ?? 0);
      }, width),
    windows: () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => ({
          id: window.getNativeWindowHandle().readUInt32LE(),
          // Known before its page is loaded.
          cover: !window.isFocusable(),
          bounds: window.getBounds(),
        })),
      ),
  };
}
