import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Stop, which } from './run.mjs';

/** True where a window can be shown: always off Linux, else where a display server is named. */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

/** First line of what a child writes to one of its pipes; rejects when it ends or stays silent for 20 seconds. */
function firstLine(child, stream, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Stop(`${name} did not start within 20 seconds.`)), 20_000);
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Stop(`${name} ended at once (exit ${code}).`)));
    stream.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.split('\n')[0]);
    });
  });
}

async function windowManagerReady(env) {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = spawnSync('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], { env, encoding: 'utf8' });
    if (answer.stdout?.includes('window id')) return;
    await wait(50);
  }
  throw new Stop('The window manager (openbox) did not take over the display within 10 seconds.');
}

/**
 * A display of our own for tests and benchmarks: Xvfb on a free number, openbox, a private session bus.
 * Off Linux the person's desktop is used. Gives the environment to run under, and the way to stop it all.
 */
export async function startDisplay() {
  if (process.platform !== 'linux') return { env: {}, stop: () => {} };
  const children = [];
  const stop = () => {
    for (const child of children.reverse()) child.kill();
  };
  process.once('exit', stop);
  try {
    // Without -noreset the server starts afresh when its only client leaves, and whoever is just connecting is thrown
    // out: xprop asks, goes, and in one start of some hundreds takes openbox with it.
    const screen = ['-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
    const server = spawn(which('Xvfb') ?? 'Xvfb', ['-displayfd', '3', ...screen], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    children.push(server);
    const display = `:${await firstLine(server, server.stdio[3], 'Xvfb')}`;
    const bus = spawn(which('dbus-daemon') ?? 'dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(bus);
    const address = await firstLine(bus, bus.stdout, 'dbus-daemon');
    const env = { DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: address, WAYLAND_DISPLAY: '', XDG_SESSION_TYPE: 'x11' };
    children.push(spawn(which('openbox') ?? 'openbox', [], { env: { ...process.env, ...env }, stdio: 'ignore' }));
    await windowManagerReady({ ...process.env, ...env });
    return { env, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
