import { type MessageBus, Variant } from '@jellybrick/dbus-next';
import type { NotificationAdapter, PriorState, Probe } from '../ports.ts';
import { callBus, withSessionBus } from '../session-bus.ts';
import { daemonName, serverOn } from './server.ts';

/** What `dunstctl` talks to; asked directly, so that a look every two seconds starts no programs. */
const CONTROL = 'org.dunstproject.cmd0';
const DUNST = { destination: 'org.freedesktop.Notifications', path: '/org/freedesktop/Notifications' };

/** The level at which no notification comes through (dunst 1.10 and newer; `MAX_PAUSE_LEVEL` in dunst.h). */
const NOTHING_SHOWN = 100;

/** How dunst stands. `level` null: older than 1.10, which knows only paused or not. */
interface Pause {
  readonly paused: boolean;
  readonly level: number | null;
  readonly displayed: number;
  readonly waiting: number;
}

/**
 * dunst 1.9 and newer. Its pause hides critical notifications too and keeps them; it lives in the daemon's memory, so
 * a restarted daemon is found not blocked. A rule of the person's own with `override_pause_level = 100` still shows:
 * then something is displayed, and it is found not blocked.
 */
export function dunstAdapter(): NotificationAdapter {
  return {
    name: 'dunst',
    probe: () => withSessionBus(probe),
    read: async () => {
      const { paused, level } = await withSessionBus(pauseOf);
      return { paused, level };
    },
    block: () => withSessionBus(block),
    verify: async () => {
      const { paused, level, displayed } = await withSessionBus(pauseOf);
      const hides = level === null ? paused : level >= NOTHING_SHOWN;
      return hides && displayed === 0 ? 'blocked' : 'not-blocked';
    },
    waiting: async () => (await withSessionBus(pauseOf)).waiting,
    restore: (prior) => withSessionBus((bus) => restore(bus, prior)),
    close: async () => {},
  };
}

async function probe(bus: MessageBus): Promise<Probe> {
  const server = await serverOn(bus);
  if (server?.name !== 'dunst') return { type: 'not-here' };
  const daemon = daemonName(server);
  const controlled = await pauseOf(bus).catch(() => null);
  if (controlled === null) return { type: 'lacking', code: 'notifications-unsupported', params: { daemon } };
  return { type: 'here', daemon };
}

async function block(bus: MessageBus): Promise<void> {
  const { paused, level } = await pauseOf(bus);
  if (level !== null && level < NOTHING_SHOWN) await set(bus, 'pauseLevel', new Variant('u', NOTHING_SHOWN));
  if (level === null && !paused) await set(bus, 'paused', new Variant('b', true));
}

async function restore(bus: MessageBus, prior: PriorState): Promise<void> {
  // The pause went with the daemon: there is nothing left of ours.
  if ((await serverOn(bus))?.name !== 'dunst') return;
  const level = prior['level'];
  if (typeof level === 'number' && level < NOTHING_SHOWN) await set(bus, 'pauseLevel', new Variant('u', level));
  if (typeof level !== 'number' && prior['paused'] === false) await set(bus, 'paused', new Variant('b', false));
}

async function pauseOf(bus: MessageBus): Promise<Pause> {
  const properties = { ...DUNST, interface: 'org.freedesktop.DBus.Properties' };
  const [all] = await callBus(bus, { ...properties, member: 'GetAll', signature: 's', body: [CONTROL] });
  const value = (name: string): unknown => (all as Record<string, Variant> | undefined)?.[name]?.value;
  const [paused, level] = [value('paused'), value('pauseLevel')];
  const [displayed, waiting] = [value('displayedLength'), value('waitingLength')];
  if (typeof paused !== 'boolean' || typeof displayed !== 'number' || typeof waiting !== 'number') {
    throw new Error('dunst does not say whether it is paused');
  }
  return { paused, level: typeof level === 'number' ? level : null, displayed, waiting };
}

async function set(bus: MessageBus, name: string, value: Variant): Promise<void> {
  const properties = { ...DUNST, interface: 'org.freedesktop.DBus.Properties' };
  await callBus(bus, { ...properties, member: 'Set', signature: 'ssv', body: [CONTROL, name, value] });
}
