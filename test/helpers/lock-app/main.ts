import { join } from 'node:path';
import { app, type BrowserWindow, type IpcMainInvokeEvent, session } from 'electron';
import { registerAppScheme, serveApp } from '../../../electron/app/app-protocol.ts';
import { APP_URL, COVER_URL } from '../../../electron/app/content-policy.ts';
import { Lifecycle } from '../../../electron/app/lifecycle.ts';
import { type AppLock, createLockWindow } from '../../../electron/app/lock/lock-window.ts';
import { createSenses } from '../../../electron/app/lock/senses.ts';
import { openMainWindow } from '../../../electron/app/main-window.ts';
import { createTrust, lockPages, lockSession } from '../../../electron/app/security.ts';
import { bindRouter } from '../../../electron/ipc/bind.ts';
import { createRouter, type Handlers } from '../../../electron/ipc/router.ts';
import { runProgram } from '../../../electron/lockdown/run-program.ts';
import type { WayOut } from '../../../shared/contract/lockdown.ts';

type GapTold = Parameters<Parameters<AppLock['onGap']>[0]>[0];
export type Told = GapTold | { readonly type: 'way'; readonly way: WayOut };

/**
 * The app's own window, lock and pages without a machine room: for tests of the lock itself, which in the app is only
 * reached through a run. `COUNTERSIGN_OUT` is the folder of the built screens.
 */
export interface LockApp {
  readonly lock: AppLock;
  readonly senses: ReturnType<typeof createSenses>;
  /** Everything the lock told, in order. */
  readonly told: Told[];
}

const out = process.env['COUNTERSIGN_OUT'] ?? '';
const preload = join(out, 'preload/preload.cjs');
const log = { info: () => {}, warn: () => {}, error: (message: string) => void process.stderr.write(`${message}\n`) };

registerAppScheme();
void app.whenReady().then(() => {
  let window: BrowserWindow | null = null;
  const mainWindow = (): BrowserWindow => {
    if (window === null) throw new Error('There is no window.');
    return window;
  };
  lockSession(session.defaultSession, null, log);
  serveApp(session.defaultSession, join(out, 'renderer'));
  const lock = createLockWindow({
    window: mainWindow,
    coverUrl: COVER_URL,
    preload,
    run: runProgram,
    onLocked: () => {},
    log,
  });
  lockPages(log, lock.refused);
  const told: Told[] = [];
  lock.onGap((change) => told.push(change));
  lock.onWayOut((way) => told.push({ type: 'way', way }));
  const lifecycle = new Lifecycle({
    run: () => null,
    locked: lock.locked,
    refuse: (_refusal, way) => lock.refused(way),
    confirm: async () => true,
    join: async () => {},
    exit: () => app.exit(0),
    log,
    joinMs: 1_000,
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    void lifecycle.leave('quit');
  });
  const trusted = createTrust(() => window?.webContents ?? null, null);
  const handlers = { 'app:info': () => ({ version: 'lock' }) } as unknown as Handlers;
  bindRouter(Promise.resolve(createRouter<IpcMainInvokeEvent>({ trusted, handlers, log })), trusted, () => {});
  window = openMainWindow({
    data: app.getPath('userData'),
    preload,
    title: 'Countersign',
    log,
    locked: lock.locked,
    onClose: () => void lifecycle.leave('close'),
    onLoaded: () => {},
  });
  void window.loadURL(APP_URL);
  Object.assign(globalThis, { lockApp: { lock, senses: createSenses(runProgram), told } satisfies LockApp });
});
