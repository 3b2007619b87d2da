import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A desktop of a test's own, with real events: an X server with real displays (Xorg and its dummy driver: Xvfb can
 * neither change its size nor have a second display), openbox, and a person's hands on keyboard and windows.
 */
export interface Desktop {
  /** For the app and for programs on this desktop. */
  readonly env: Readonly<Record<string, string>>;
  readonly displays: Displays;
  readonly manager: WindowManager;
  readonly hands: Hands;
  stop(): Promise<void>;
}

/** Displays as `xrandr` changes them. They are named `DUMMY0`, `DUMMY1` … */
export interface Displays {
  /** Switches a display on, or to another size; beside the one named in `rightOf`. */
  set(name: string, size: string, rightOf?: string): void;
  unplug(name: string): void;
}

export interface WindowManager {
  /** Another openbox takes over, as after `--replace` in a session. */
  replace(): Promise<void>;
  /** It dies; nobody manages windows any more. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** What a person does, as the X server sees it. Windows are named by their X id. */
export interface Hands {
  /** Keys in xdotool's words, e.g. `alt+F4`; they go through the window manager to whoever has the keyboard. */
  press(keys: string): void;
  /** Turns the wheel with a key held. */
  wheel(key: string): void;
  /** The window manager is asked to close it, as by a click on its cross. */
  close(window: number): void;
  minimize(window: number): void;
  activate(window: number): void;
  /** Asks the window manager to take full screen or "above" away again. */
  takeState(window: number, state: 'fullscreen' | 'above'): void;
  /** What the window manager wrote down of it, e.g. `FULLSCREEN`. */
  states(window: number): readonly string[];
  active(): number | null;
  /** Another program's window that takes the keyboard; `stop` ends it. */
  otherWindow(): Promise<{ readonly id: number; stop(): void }>;
  switchWorkspace(index: number): void;
}

const config = `
Section "ServerFlags"
  Option "DontVTSwitch" "true"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
EndSection
Section "Device"
  Identifier "dummy"
  Driver "dummy"
  VideoRam 128000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "screen"
  Device "dummy"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "1600x1200" "1280x800" "1920x1080"
    Virtual 4096 2160
  EndSubSection
EndSection
`;

/** Starts it all with one display of 1600 × 1200. Needs Xorg with its dummy driver, openbox, xdotool, wmctrl, xrandr. */
export async function startDesktop(): Promise<Desktop> {
  const folder = mkdtempSync(join(tmpdir(), 'cs-x-'));
  const children: ChildProcess[] = [];
  writeFileSync(join(folder, 'xorg.conf'), config);
  const files = ['-config', join(folder, 'xorg.conf'), '-logfile', join(folder, 'xorg.log')];
  const server = spawn(
    'Xorg',
    ['-displayfd', '3', ...files, '-noreset', '-nolisten', 'tcp', '-novtswitch', '-sharevts'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  children.push(server);
  const display = `:${await firstLine(server, server.stdio[3] as Readable)}`;
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(bus);
  const address = await firstLine(bus, bus.stdout);
  const env = { DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: address, WAYLAND_DISPLAY: '', XDG_SESSION_TYPE: 'x11' };
  const manager = managerOn(env);
  await manager.start();
  return {
    env,
    displays: displaysOn(env),
    manager,
    hands: handsOn(env),
    stop: async () => {
      await manager.kill();
      for (const child of children.reverse()) await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function displaysOn(env: Readonly<Record<string, string>>): Displays {
  const xrandr = (...args: string[]): void =>
    void execFileSync('xrandr', args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  return {
    set: (name, size, rightOf) => {
      // What is "disconnected" has no modes of its own; with one it counts as plugged in.
      if (name !== 'DUMMY0') xrandr('--addmode', name, size);
      xrandr('--output', name, '--mode', size, ...(rightOf === undefined ? [] : ['--right-of', rightOf]));
      // Asked afresh, the server notices what is plugged in now.
      xrandr('--query');
    },
    unplug: (name) => xrandr('--output', name, '--off'),
  };
}

function managerOn(extra: Readonly<Record<string, string>>): WindowManager {
  const env = { ...process.env, ...extra };
  let running: ChildProcess | null = null;
  const checkWindow = (): string | null => {
    const root = execFileSync('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], { env, encoding: 'utf8' });
    return /window id # (0x[0-9a-f]+)/.exec(root)?.[1] ?? null;
  };
  const start = async (...args: string[]): Promise<void> => {
    const before = args.length === 0 ? null : checkWindow();
    const old = running;
    running = spawn('openbox', args, { env, stdio: 'ignore' });
    await eventually(() => {
      const now = checkWindow();
      return now !== null && now !== before && isThere(now, env);
    }, 'openbox did not take over');
    if (old !== null) await ended(old);
  };
  return {
    start: () => start(),
    replace: () => start('--replace'),
    kill: async () => {
      if (running === null) return;
      running.kill('SIGKILL');
      await ended(running);
      running = null;
    },
  };
}

function isThere(window: string, env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync('xprop', ['-id', window, '_NET_SUPPORTING_WM_CHECK'], { env, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** The hands on the desktop of `extra`; on the test run's own where nothing is given. */
export function handsOn(extra: Readonly<Record<string, string>> = {}): Hands {
  const env = { ...process.env, ...extra };
  const xdotool = (...args: string[]): string =>
    execFileSync('xdotool', args, { env, encoding: 'utf8', stdio: 'pipe' });
  const wmctrl = (...args: string[]): void => void execFileSync('wmctrl', args, { env, stdio: 'pipe' });
  const active = (): number | null => {
    const root = execFileSync('xprop', ['-root', '_NET_ACTIVE_WINDOW'], { env, encoding: 'utf8' });
    const id = Number(/window id # (0x[0-9a-f]+)/.exec(root)?.[1] ?? 0);
    return id === 0 ? null : id;
  };
  return {
    press: (keys) => void xdotool('key', '--clearmodifiers', keys),
    wheel: (key) => void xdotool('keydown', key, 'click', '4', 'keyup', key),
    close: (window) => wmctrl('-i', '-c', `0x${window.toString(16)}`),
    minimize: (window) => void xdotool('windowminimize', String(window)),
    activate: (window) => void xdotool('windowactivate', String(window)),
    takeState: (window, state) => wmctrl('-i', '-r', `0x${window.toString(16)}`, '-b', `remove,${state}`),
    states: (window) => {
      const said = execFileSync('xprop', ['-id', String(window), '_NET_WM_STATE'], { env, encoding: 'utf8' });
      return [...said.matchAll(/_NET_WM_STATE_([A-Z]+)/g)].map((match) => match[1] ?? '');
    },
    active,
    otherWindow: async () => {
      const child = spawn('xev', ['-name', 'somebody else', '-geometry', '400x300+100+100'], { env, stdio: 'ignore' });
      // Visible, so that the window manager has it: it activates no window that it does not know yet.
      const found = (): number =>
        Number(/\d+/.exec(quietly(() => xdotool('search', '--onlyvisible', '--name', 'somebody else')))?.[0] ?? 0);
      await eventually(() => found() !== 0, 'no other window came');
      return { id: found(), stop: () => child.kill() };
    },
    switchWorkspace: (index) => wmctrl('-s', String(index)),
  };
}

function quietly(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}

async function eventually(holds: () => boolean, complaint: string): Promise<void> {
  for (const limit = Date.now() + 60_000; !holds(); await wait(50)) {
    if (Date.now() > limit) throw new Error(`Within a minute ${complaint}.`);
  }
}

function firstLine(child: ChildProcess, stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended at once (exit ${code}).`)));
    stream.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
