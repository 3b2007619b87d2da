import type { MessageBus } from '@jellybrick/dbus-next';
import type { NotificationAdapter, PriorState, Probe, Verified } from '../ports.ts';
import { callBus, withSessionBus } from '../session-bus.ts';
import { hidingMode, type MakoConfig, makoConfig } from './mako-config.ts';
import { type NotificationServer, serverOn } from './server.ts';

/** What `makoctl` talks to. */
const MAKO = {
  destination: 'org.freedesktop.Notifications',
  path: '/fr/emersion/Mako',
  interface: 'fr.emersion.Mako',
};

/**
 * mako 1.7 and newer. It knows no pause of its own: only a mode the person's configuration hides notifications in
 * (`[mode=do-not-disturb]` with `invisible=1`) keeps them back, critical ones too. Without such a mode nothing can be
 * done while it runs, and that is said. Modes live in the daemon's memory: a restarted one is found not blocked.
 */
export function makoAdapter(): NotificationAdapter {
  return {
    name: 'mako',
    probe: () => withSessionBus(probe),
    read: () => withSessionBus(read),
    block: (prior) => withSessionBus((bus) => block(bus, String(prior['mode']))),
    verify: () => withSessionBus(verify),
    waiting: () => withSessionBus(waiting),
    restore: (prior) => withSessionBus((bus) => restore(bus, prior)),
    close: async () => {},
  };
}

async function probe(bus: MessageBus): Promise<Probe> {
  const server = await makoOn(bus);
  if (server === null) return { type: 'not-here' };
  const hides = hidingMode((await configOf(server)).text) !== null;
  const modes = hides ? await modesOf(bus).catch(() => null) : null;
  if (modes === null) return { type: 'lacking', code: 'notifications-unsupported', params: { daemon: 'mako' } };
  return { type: 'here', daemon: 'mako' };
}

async function read(bus: MessageBus): Promise<PriorState> {
  const server = await makoOn(bus);
  const mode = server === null ? null : hidingMode((await configOf(server)).text);
  if (mode === null) throw new Error('mako has no mode in which it hides notifications');
  return { mode, on: (await modesOf(bus)).includes(mode) };
}

async function block(bus: MessageBus, mode: string): Promise<void> {
  const modes = await modesOf(bus);
  if (!modes.includes(mode)) await setModes(bus, [...modes, mode]);
}

async function verify(bus: MessageBus): Promise<Verified> {
  const server = await makoOn(bus);
  if (server === null) return 'not-blocked';
  const config = await configOf(server);
  const mode = hidingMode(config.text);
  if (mode === null || !(await modesOf(bus)).includes(mode)) return 'not-blocked';
  // Written since mako started: it may go by what stood there before.
  return config.fresh ? 'blocked' : 'unverifiable';
}

/** While the mode hides them, mako keeps listing them. */
async function waiting(bus: MessageBus): Promise<number | null> {
  const [list] = await callBus(bus, { ...MAKO, member: 'ListNotifications' });
  return Array.isArray(list) ? list.length : null;
}

async function restore(bus: MessageBus, prior: PriorState): Promise<void> {
  // The mode went with the daemon: there is nothing left of ours.
  if (prior['on'] !== false || (await makoOn(bus)) === null) return;
  const modes = await modesOf(bus);
  if (modes.includes(String(prior['mode']))) {
    await setModes(
      bus,
      modes.filter((mode) => mode !== prior['mode']),
    );
  }
}

async function makoOn(bus: MessageBus): Promise<NotificationServer | null> {
  const server = await serverOn(bus);
  return server?.name === 'mako' ? server : null;
}

async function configOf(server: NotificationServer): Promise<MakoConfig> {
  if (server.pid === null) throw new Error('The session bus does not say which process mako is');
  return await makoConfig(server.pid);
}

async function modesOf(bus: MessageBus): Promise<readonly string[]> {
  const [modes] = await callBus(bus, { ...MAKO, member: 'ListModes' });
  if (!Array.isArray(modes)) throw new Error('mako does not say which modes are on');
  return modes.map(String);
}

async function setModes(bus: MessageBus, modes: readonly string[]): Promise<void> {
  await callBus(bus, { ...MAKO, member: 'SetModes', signature: 'as', body: [modes] });
}
