import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Why a PDF could not be printed; each has a sentence in both languages (`shared/text/*\/report.ts`). */
export class PrintError extends Error {
  override readonly name = 'PrintError';
  readonly code: 'electron-missing' | 'display-missing' | 'print-failed';
  constructor(code: PrintError['code'], cause: string) {
    super(cause);
    this.code = code;
  }
}

/** How long Electron may take for one report before it is given up. */
const PRINT_MS = 600_000;
const DISPLAY_MS = 20_000;

/**
 * Prints HTML as PDF by starting Electron in its hidden mode, at once: it comes up while the page is still being made.
 * Where no display is set on Linux an Xvfb of its own is started for the moment, because Electron needs one even for
 * what nobody sees. The page lies in a private temporary folder meanwhile. Throws PrintError, and what `html` throws.
 */
export async function printWithElectron(
  html: string | Promise<string>,
  output: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const made = Promise.resolve(html);
  // It may fail before anybody waits for it; what it has to say is heard below.
  made.catch(() => {});
  const work = await mkdtemp(join(tmpdir(), 'countersign-print-'));
  const page = join(work, 'page.html');
  const stopped = new AbortController();
  const printer = startPrinter(page, output, env, stopped.signal);
  // Nobody looks at it before the page is made, which has the first word when both fail.
  printer.catch(() => {});
  try {
    await writeFile(page, await made, { mode: 0o600 });
    const { child, end } = await printer;
    // Also when Electron has already ended: why is in `end`.
    if (child.connected) child.send('page-ready', () => {});
    await end;
  } finally {
    stopped.abort();
    await printer.then(({ end }) => end).catch(() => {});
    await rm(work, { recursive: true, force: true });
  }
}

interface Printer {
  readonly child: ChildProcess;
  /** Rejects with PrintError when Electron ended without a PDF. */
  readonly end: Promise<void>;
}

async function startPrinter(
  page: string,
  output: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Printer> {
  const { path, app } = await findElectron(env);
  const display = needsDisplay(env) ? await startDisplay(env) : null;
  const rights = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(path, [...app, ...rights, '--print-to-pdf', page, output, '--when-told'], {
    env: { ...env, ...display?.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    killSignal: 'SIGKILL',
    signal,
  });
  const end = printed(child).finally(() => display?.stop());
  end.catch(() => {});
  return { child, end };
}

async function printed(child: ChildProcess): Promise<void> {
  // `spawn` has a time limit of its own, which would go on after a program that could not be started.
  const limit = setTimeout(() => child.kill('SIGKILL'), PRINT_MS);
  try {
    const { code, text } = await ended(child);
    if (code !== 0) throw new PrintError('print-failed', lastLines(text) || `exit ${code ?? 'by signal'}`);
  } finally {
    clearTimeout(limit);
    // Its channel stays open too, and would hold us up.
    if (child.connected) child.disconnect();
  }
}

interface Electron {
  readonly path: string;
  /** What comes first on its command line: the app's folder in development, nothing when packaged. */
  readonly app: readonly string[];
}

async function findElectron(env: NodeJS.ProcessEnv): Promise<Electron> {
  const inside = 'electron' in process.versions;
  // As `app.isPackaged` tells it: our own default app sets no `process.defaultApp`.
  const packaged = inside && !/^electron(\.exe)?$/i.test(basename(process.execPath));
  if (packaged) return { path: process.execPath, app: [] };
  const root = await repository();
  if (root === null) throw new PrintError('electron-missing', 'build/electron-path.mjs');
  if (inside) return { path: process.execPath, app: [root] };
  const named = env['COUNTERSIGN_ELECTRON'];
  return { path: named !== undefined && named !== '' ? named : await askForElectron(root, env), app: [root] };
}

/** The folder above this file that can build and start the app. */
async function repository(): Promise<string | null> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = await access(join(folder, 'build', 'electron-path.mjs')).then(
      () => true,
      () => false,
    );
    if (found) return folder;
    if (folder === dirname(folder)) return null;
  }
}

async function askForElectron(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'build', 'electron-path.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let path = '';
  child.stdout.on('data', (chunk: Buffer) => {
    path += chunk.toString();
  });
  const { code, text } = await ended(child);
  if (code !== 0) throw new PrintError('electron-missing', lastLines(text));
  return path.trim();
}

function needsDisplay(env: NodeJS.ProcessEnv): boolean {
  return process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'];
}

interface Display {
  readonly env: NodeJS.ProcessEnv;
  stop(): void;
}

/** Xvfb on a number of its own choice. */
async function startDisplay(env: NodeJS.ProcessEnv): Promise<Display> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const stop = () => {
    server.kill();
  };
  try {
    const number = await firstLine(server, server.stdio[3] as Readable);
    return { env: { DISPLAY: `:${number}` }, stop };
  } catch (error) {
    stop();
    throw new PrintError('display-missing', error instanceof Error ? error.message : String(error));
  }
}

function firstLine(child: ChildProcess, stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not start')), DISPLAY_MS);
    let text = '';
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) => settle(() => reject(new Error(`Xvfb ended at once (exit ${code})`))));
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) settle(() => resolve(text.split('\n')[0] ?? ''));
    });
  });
}

/** Waits for the end of a child, keeping the end of what it said on stderr. */
function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4_000);
    });
    child.once('error', (error) => reject(new PrintError('electron-missing', error.message)));
    child.once('close', (code) => resolve({ code, text }));
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}
