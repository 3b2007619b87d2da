import { type ChildProcess, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import { shellQuote } from '../../shared/checklist/quote.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Playwright's own loader, which it leaves out where it is told the executable: it holds `ready` back until Playwright
 * has attached. Without it a window that opens meanwhile makes the launch hang on a busy machine.
 */
const holdReady = join(root, 'node_modules/playwright-core/lib/server/electron/loader.js');

export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** The first window, once it exists; the screen inside may still be loading. */
  readonly page: Page;
  /** Asks the app to quit and, when it has not within ten seconds, kills it. */
  close(): Promise<void>;
  /** Kills it, where an open run would refuse to be left. */
  abandon(): Promise<void>;
}

export interface LaunchOptions {
  /** `$HOME` of the app; see `temporaryHome`. */
  readonly home: string;
  /** Words after the app's folder. */
  readonly args?: readonly string[];
  /** The name of the computer the app finds itself on; a second one is made on this very machine (needs root). */
  readonly machine?: string;
  /** The folder of another app than the built one. */
  readonly folder?: string;
  /** Added to the environment, e.g. `LANG`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A fresh, private home folder, and the way to remove it. Short, because unix sockets may live in it. */
export function temporaryHome(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'cs-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The environment in which a program finds everything of a person under `home` and nothing of the real one. */
export function environmentFor(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && name !== 'SSH_AUTH_SOCK' && name !== 'NODE_OPTIONS') env[name] = value;
  }
  const runtime = join(home, '.run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return {
    ...env,
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(home, 'AppData', 'Local'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_RUNTIME_DIR: runtime,
    LANG: 'en_US.UTF-8',
    LANGUAGE: 'en',
    ...extra,
  };
}

/** The Electron that `npm test` (or `node build/electron-path.mjs`) prepared. */
export function electronExecutable(): string {
  const path = process.env['COUNTERSIGN_ELECTRON'];
  if (path === undefined) {
    throw new Error('COUNTERSIGN_ELECTRON is not set. Run: node build/test.mjs --e2e [FILE…]');
  }
  return path;
}

/**
 * Words every start of Electron needs in a test: as root Chromium refuses to run with its sandbox, and on a display of
 * Xvfb it would start its GPU process twice before it draws without one.
 */
export function electronSwitches(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return process.getuid?.() === 0 ? ['--disable-gpu', '--no-sandbox'] : ['--disable-gpu'];
}

/** A program that starts Electron where `hostname` says `name`: a UTS namespace of its own. */
function onMachine(folder: string, name: string): string {
  const path = join(folder, `electron-on-${name}`);
  const inside = `hostname ${name} && exec '${electronExecutable()}' "$@"`;
  writeFileSync(path, `#!/bin/sh\nexec unshare --uts sh -c ${shellQuote(inside)} sh "$@"\n`, { mode: 0o755 });
  return path;
}

/** Starts the built app with words instead of a window, as a script would, and waits for its end. */
export function sayToApp(
  home: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> {
  return spawnSync(electronExecutable(), [root, ...electronSwitches(), ...words], {
    cwd: home,
    encoding: 'utf8',
    env: environmentFor(home, env),
    timeout: 120_000,
  });
}

/** Starts the built app (`out/`) for one test. */
export async function launchApp(options: LaunchOptions): Promise<LaunchedApp> {
  const app = await electron.launch({
    executablePath: options.machine === undefined ? electronExecutable() : onMachine(options.home, options.machine),
    args: ['-r', holdReady, options.folder ?? root, ...(options.args ?? []), ...electronSwitches()],
    cwd: options.home,
    env: environmentFor(options.home, options.env),
    timeout: 60_000,
  });
  // Asked for now: an app that has ended does not know its process any more.
  const child = app.process();
  const page = await app.firstWindow({ timeout: 60_000 });
  return { app, page, close: () => close(app, child, 10_000), abandon: () => close(app, child, 0) };
}

async function close(app: ElectronApplication, child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    await app.close();
  } catch {
    // It was gone already: a test may have killed it on purpose.
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}
