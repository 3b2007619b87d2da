import { DBusError, type MessageBus, Variant } from '@jellybrick/dbus-next';
import type { NotificationAdapter, PriorState, Probe, Verified } from '../ports.ts';
import { callBus, withSessionBus } from '../session-bus.ts';
import { daemonName, type NotificationServer, serverOn } from './server.ts';

/** What `xfconf-query` talks to; asked directly, because it prints lists only for people. */
const XFCONF = { destination: 'org.xfce.Xfconf', path: '/org/xfce/Xfconf', interface: 'org.xfce.Xfconf' };
const CHANNEL = 'xfce4-notifyd';
const DO_NOT_DISTURB = '/do-not-disturb';
/** Every program that ever sent a notification; the daemon adds to it. */
const KNOWN = '/applications/known_applications';
/** Programs whose critical notifications "do not disturb" keeps back as well. */
const DENIED = '/applications/denied-critical-notifications';

/**
 * xfce4-notifyd. "Do not disturb" keeps normal notifications back, but lets critical ones through, except of programs
 * that are named in a list of the person's: so every program the daemon knows is put there for the time of the block.
 * A critical notification of a program it has never heard of is shown; it is known from then on, which is found not
 * blocked, and can be blocked. The daemon keeps nothing to show later (source: `notify_notify` in
 * xfce-notify-daemon.c, 0.7 to 0.9; tried with 0.7.3).
 */
export function xfceAdapter(): NotificationAdapter {
  return {
    name: 'xfce',
    probe: () => withSessionBus(probe),
    read: () => withSessionBus(read),
    block: () => withSessionBus(block),
    verify: () => withSessionBus(verify),
    waiting: async () => null,
    restore: (prior) => withSessionBus((bus) => restore(bus, prior)),
    close: async () => {},
  };
}

function isXfce(server: NotificationServer | null): server is NotificationServer {
  return server?.name === 'Xfce Notify Daemon';
}

async function probe(bus: MessageBus): Promise<Probe> {
  const server = await serverOn(bus);
  if (!isXfce(server)) return { type: 'not-here' };
  const daemon = daemonName(server);
  // Asking starts xfconfd where it had gone to sleep; without it there is nothing to set.
  const settings = await get(bus, DO_NOT_DISTURB).catch(() => 'unavailable');
  if (settings === 'unavailable') return { type: 'lacking', code: 'notifications-unsupported', params: { daemon } };
  return { type: 'here', daemon };
}

/** `denied` as JSON, because a prior state is flat; null where the person never set it. */
async function read(bus: MessageBus): Promise<PriorState> {
  const [quiet, denied] = [await get(bus, DO_NOT_DISTURB), await list(bus, DENIED)];
  return { quiet: typeof quiet === 'boolean' ? quiet : null, denied: denied === null ? null : JSON.stringify(denied) };
}

async function block(bus: MessageBus): Promise<void> {
  const denied = (await list(bus, DENIED)) ?? [];
  const open = ((await list(bus, KNOWN)) ?? []).filter((name) => !denied.includes(name));
  if (open.length > 0) await set(bus, DENIED, strings([...denied, ...open]));
  if ((await get(bus, DO_NOT_DISTURB)) !== true) await set(bus, DO_NOT_DISTURB, new Variant('b', true));
}

async function verify(bus: MessageBus): Promise<Verified> {
  const server = await serverOn(bus);
  if (!isXfce(server) || (await get(bus, DO_NOT_DISTURB)) !== true) return 'not-blocked';
  // Older ones know no such list: critical notifications come through whatever it says.
  if (/^0\.[0-6](\.|$)/.test(server.version)) return 'unverifiable';
  const denied = new Set(await list(bus, DENIED));
  return ((await list(bus, KNOWN)) ?? []).every((name) => denied.has(name)) ? 'blocked' : 'not-blocked';
}

async function restore(bus: MessageBus, prior: PriorState): Promise<void> {
  const { quiet, denied } = prior;
  if (quiet !== true) await put(bus, DO_NOT_DISTURB, typeof quiet === 'boolean' ? new Variant('b', quiet) : null);
  await put(bus, DENIED, typeof denied === 'string' ? strings(JSON.parse(denied) as string[]) : null);
}

/** As it was; null: it was not set at all. */
async function put(bus: MessageBus, property: string, value: Variant | null): Promise<void> {
  if (value !== null) await set(bus, property, value);
  else if ((await get(bus, property)) !== null) await call(bus, 'ResetProperty', 'ssb', [CHANNEL, property, false]);
}

function strings(values: readonly string[]): Variant {
  return new Variant(
    'av',
    values.map((value) => new Variant('s', value)),
  );
}

async function list(bus: MessageBus, property: string): Promise<readonly string[] | null> {
  const value = await get(bus, property);
  if (!Array.isArray(value)) return null;
  return value.flatMap((item: unknown) =>
    item instanceof Variant && typeof item.value === 'string' ? [item.value] : [],
  );
}

/** The property's value, or null where it is not set. */
async function get(bus: MessageBus, property: string): Promise<unknown> {
  const [exists] = await call(bus, 'PropertyExists', 'ss', [CHANNEL, property]);
  if (exists !== true) return null;
  try {
    const [value] = await call(bus, 'GetProperty', 'ss', [CHANNEL, property]);
    return value instanceof Variant ? value.value : null;
  } catch (error) {
    // Reset by somebody between the two questions.
    if (error instanceof DBusError && error.type.endsWith('PropertyNotFound')) return null;
    throw error;
  }
}

async function set(bus: MessageBus, property: string, value: Variant): Promise<void> {
  await call(bus, 'SetProperty', 'ssv', [CHANNEL, property, value]);
}

function call(bus: MessageBus, member: string, signature: string, body: unknown[]): Promise<readonly unknown[]> {
  return callBus(bus, { ...XFCONF, member, signature, body, flags: 0 });
}
