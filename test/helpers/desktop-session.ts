import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { environmentFor } from './electron-app.ts';
import { tempFolder } from './sshd.ts';

const exec = promisify(execFile);

/** The account without rights of every Debian-like system. */
const NOBODY = 65_534;

/** Notification daemons that run here: dunst and xfce4-notifyd on X, mako under a headless sway. */
export type DesktopDaemon = 'dunst' | 'xfce' | 'mako';

export interface DesktopOptions {
  /** Null: a desktop on which nobody shows notifications. */
  readonly daemon: DesktopDaemon | null;
  /** `$HOME` of the session, e.g. `temporaryHome().home`; else one of its own that goes away with it. */
  readonly home?: string;
  /** A window manager on its display. */
  readonly windowManager?: 'openbox';
  /** Files of `$XDG_CONFIG_HOME` by path (`mako/config`), written before anything starts. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * A desktop of its own: a display, a session bus that starts no program by itself (but xfconf's), a home folder, and
 * a real notification daemon. Nothing of the real session is seen or touched.
 */
export interface DesktopSession {
  /** The whole environment of a program of this desktop. */
  readonly env: Readonly<Record<string, string>>;
  /** Files `*.service` in here are what the bus can start. */
  readonly services: string;
  /** Process id of the daemon; null while there is none. */
  daemonPid(): number | null;
  /** A real `notify-send`. Resolves when the daemon has taken it. */
  notify(summary: string, urgency: 'low' | 'normal' | 'critical'): Promise<void>;
  /** What the whole display looks like, as pixels (PPM): equal when nothing changed. */
  screenshot(): Promise<Buffer>;
  /** A program of this desktop; rejects when it fails. Its output, trimmed. */
  run(program: string, ...args: string[]): Promise<string>;
  stopDaemon(signal?: NodeJS.Signals): Promise<void>;
  /** Kills the daemon and starts it again; resolves when the new one owns its name on the bus. */
  restartDaemon(): Promise<void>;
  /** Ends the window manager, and starts it again. */
  restartWindowManager(): Promise<void>;
  stop(): Promise<void>;
}

const daemons = {
  dunst: ['dunst'],
  xfce: ['/usr/lib/*/xfce4/notifyd/xfce4-notifyd'],
  mako: ['mako'],
} as const;

export async function startDesktopSession(options: DesktopOptions): Promise<DesktopSession> {
  const desktop = new Desktop(options);
  try {
    await desktop.start();
    return desktop;
  } catch (error) {
    await desktop.stop();
    throw error;
  }
}

/**
 * Makes this process a program of the desktop, as the app would be one: the adapters take bus and programs from the
 * environment. Gives the way back.
 */
export function enterDesktop(session: DesktopSession): () => void {
  const before = { ...process.env };
  Object.assign(process.env, session.env);
  return () => {
    for (const name of Object.keys(session.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

class Desktop implements DesktopSession {
  readonly #options: DesktopOptions;
  readonly #folder = tempFolder('desktop');
  readonly #children: ChildProcess[] = [];
  #daemon: ChildProcess | null = null;
  #manager: ChildProcess | null = null;
  readonly services = join(this.#folder, 'services');
  env: Record<string, string> = {};

  constructor(options: DesktopOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const home = this.#options.home ?? join(this.#folder, 'home');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const none = { DISPLAY: '', WAYLAND_DISPLAY: '', GSETTINGS_BACKEND: 'keyfile', NO_AT_BRIDGE: '1' };
    this.env = environmentFor(home, { ...none, XDG_CURRENT_DESKTOP: '', DESKTOP_SESSION: '', XDG_SESSION_TYPE: 'x11' });
    for (const [path, text] of Object.entries(this.#options.config ?? {})) {
      const file = join(home, '.config', path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
    }
    if (this.#options.daemon === 'mako') await this.#startSway();
    else await this.#startXvfb();
    // After the display, so that what the bus starts finds it.
    this.env['DBUS_SESSION_BUS_ADDRESS'] = await this.#startBus();
    if (this.#options.windowManager !== undefined) await this.#startManager(this.#options.windowManager);
    if (this.#options.daemon !== null) await this.#startDaemon(this.#options.daemon);
  }

  daemonPid(): number | null {
    return this.#daemon?.pid ?? null;
  }

  async notify(summary: string, urgency: 'low' | 'normal' | 'critical'): Promise<void> {
    await this.run('notify-send', '--urgency', urgency, summary);
  }

  async screenshot(): Promise<Buffer> {
    const [program, args] =
      this.#options.daemon === 'mako' ? ['grim', ['-t', 'ppm', '-']] : ['import', ['-window', 'root', 'ppm:-']];
    const taken = await exec(program as string, args as string[], {
      env: this.env,
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    });
    return taken.stdout;
  }

  async run(program: string, ...args: string[]): Promise<string> {
    return (await exec(program, args, { env: this.env, timeout: 20_000 })).stdout.trim();
  }

  async stopDaemon(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon !== null) await end(daemon, signal);
  }

  async restartDaemon(): Promise<void> {
    await this.stopDaemon();
    if (this.#options.daemon !== null) await this.#startDaemon(this.#options.daemon);
  }

  async restartWindowManager(): Promise<void> {
    if (this.#manager !== null) await end(this.#manager, 'SIGTERM');
    if (this.#options.windowManager !== undefined) await this.#startManager(this.#options.windowManager);
  }

  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) await end(child, 'SIGKILL');
    // The bus is gone; what it had started (xfconfd) ends by itself and may still write its last file.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #startBus(): Promise<string> {
    mkdirSync(this.services);
    const xfconf = resolveStar('/usr/lib/*/xfce4/xfconf/xfconfd');
    if (xfconf !== null) {
      writeFileSync(join(this.services, 'xfconf.service'), `[D-BUS Service]\nName=org.xfce.Xfconf\nExec=${xfconf}\n`);
    }
    const config = join(this.#folder, 'bus.conf');
    writeFileSync(config, busConfig(join(this.#folder, 'bus'), this.services));
    const bus = this.#spawn('dbus-daemon', ['--nofork', `--config-file=${config}`, '--print-address=3']);
    return firstLine(bus, 'dbus-daemon');
  }

  async #startXvfb(): Promise<void> {
    // Else the server starts afresh when its only client leaves, and whoever is just connecting is thrown out.
    const screen = ['-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
    const server = this.#spawn('Xvfb', ['-displayfd', '3', ...screen]);
    this.env['DISPLAY'] = `:${await firstLine(server, 'Xvfb')}`;
  }

  /** As root under another account, because sway refuses root; its socket is open to root all the same. */
  async #startSway(): Promise<void> {
    const runtime = join(this.#folder, 'wayland');
    mkdirSync(runtime, { mode: 0o700 });
    const config = join(runtime, 'sway.conf');
    writeFileSync(config, 'output HEADLESS-1 resolution 1600x1000\n');
    const headless = { WLR_BACKENDS: 'headless', WLR_LIBINPUT_NO_DEVICES: '1', WLR_RENDERER: 'pixman' };
    // An empty DISPLAY or WAYLAND_DISPLAY would be taken for one.
    const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...env } = this.env;
    const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (process.getuid?.() === 0) {
      chmodSync(this.#folder, 0o711);
      for (const path of [runtime, config]) chownSync(path, NOBODY, NOBODY);
    }
    const sway = spawn('sway', ['--config', config], {
      ...account,
      cwd: runtime,
      env: { ...env, ...headless, HOME: runtime, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: runtime },
      stdio: 'ignore',
    }).once('error', () => undefined);
    this.#children.push(sway);
    const socket = () => readdirSync(runtime).find((name) => /^wayland-\d+$/.test(name));
    await until('sway', sway, () => socket() !== undefined);
    this.env['WAYLAND_DISPLAY'] = join(runtime, socket() ?? '');
    this.env['XDG_SESSION_TYPE'] = 'wayland';
  }

  async #startManager(manager: string): Promise<void> {
    const child = this.#spawn(manager, []);
    this.#manager = child;
    const there = () =>
      this.run('xprop', '-root', '_NET_SUPPORTING_WM_CHECK').then((text) => text.includes('window id'));
    await until(manager, child, () => there().catch(() => false));
  }

  async #startDaemon(daemon: DesktopDaemon): Promise<void> {
    const [pattern] = daemons[daemon];
    const child = this.#spawn(resolveStar(pattern) ?? pattern, []);
    this.#daemon = child;
    const question = ['--session', '--print-reply=literal', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
    const pid = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
    const owned = () => this.run('dbus-send', ...question, pid, 'string:org.freedesktop.Notifications');
    await until(daemon, child, () =>
      owned()
        .then((text) => text.endsWith(` ${child.pid}`))
        .catch(() => false),
    );
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, [...args], { env: this.env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    child.once('error', () => undefined);
    this.#children.push(child);
    return child;
  }
}

function busConfig(socket: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** The file a path with one `*` folder stands for, or null. */
function resolveStar(pattern: string): string | null {
  const [folder, rest] = pattern.split('*');
  if (folder === undefined || rest === undefined) return pattern;
  const name = readdirSync(folder).find((entry) => existsSync(`${folder}${entry}${rest}`));
  return name === undefined ? null : `${folder}${name}${rest}`;
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** Rejects as soon as the child has ended, so that what could not start is told from what is slow. */
async function until(name: string, child: ChildProcess, there: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2_400; tries += 1) {
    if (await there()) return;
    if (hasEnded(child)) throw new Error(`${name} ended at once (exit ${child.exitCode ?? child.signalCode})`);
    await wait(25);
  }
  throw new Error(`${name} did not start within a minute`);
}

/** First line of what a server writes to its pipe 3. */
function firstLine(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended at once (exit ${code})`)));
    (child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
  });
}
