import type { MessageBus } from '@jellybrick/dbus-next';
import type { NotificationAdapter, Probe, RunProgram, Verified } from '../ports.ts';
import { callBus } from '../session-bus.ts';
import { daemonName, serverOn } from './server.ts';

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
const NOTIFICATIONS = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

interface KdeParts {
  /** Opens a connection to the session bus; null where there is none. */
  readonly connect: () => Promise<MessageBus | null>;
  readonly run: RunProgram;
}

/** Our inhibition. `owner` is the unique name of the Plasma that gave the cookie: another one would not know it. */
interface Held {
  readonly bus: MessageBus;
  readonly owner: string;
  readonly cookie: number;
}

/**
 * KDE Plasma (5.16 and newer): `Inhibit` holds notifications back for as long as the connection lives that asked for
 * it. So nothing of ours outlives this process, and there is nothing to change back after a crash. `Inhibited` is
 * true for whatever reason, a person's own "do not disturb" among them.
 *
 * Plasma shows critical notifications even so, as long as its setting "Show critical notifications" is on (at first it
 * is): then quiet is asked for, and never claimed.
 * Source: libnotificationmanager/server_p.cpp and org.freedesktop.Notifications.xml of plasma-workspace.
 */
export function kdeAdapter({ connect, run }: KdeParts): NotificationAdapter {
  let bus: MessageBus | null = null;
  let held: Held | null = null;

  /** One connection for all; one that does not answer any more is dropped, and our inhibition with it. */
  const onBus = async <T>(act: (bus: MessageBus) => Promise<T>): Promise<T> => {
    bus ??= await connect();
    if (bus === null) throw new Error('There is no session bus');
    const used = bus;
    try {
      // The cheapest question there is: whether this connection still has its name tells whether it lives.
      await callBus(used, { ...BUS, member: 'GetId' });
    } catch (error) {
      drop();
      throw error;
    }
    return await act(used);
  };
  const drop = (): void => {
    bus?.disconnect();
    bus = null;
    held = null;
  };
  const letGo = async (): Promise<void> => {
    if (held === null) return;
    const { bus: on, owner, cookie } = held;
    held = null;
    // Refused only where that Plasma is gone, and its inhibitions with it.
    await callBus(on, { ...to(owner), member: 'UnInhibit', signature: 'u', body: [cookie] }).catch(() => []);
  };
  const block = async (on: MessageBus): Promise<void> => {
    const owner = await plasmaOn(on);
    if (held?.owner === owner && (await inhibited(on, owner))) return;
    await letGo();
    const body = ['countersign', 'A release is under way', {}];
    const [cookie] = await callBus(on, { ...to(owner), member: 'Inhibit', signature: 'ssa{sv}', body });
    if (typeof cookie !== 'number') throw new Error('Plasma gave no cookie for the inhibition');
    held = { bus: on, owner, cookie };
  };

  return {
    name: 'kde',
    probe: async () => {
      const found = await onBus(probe);
      if (found.type === 'not-here') drop();
      return found;
    },
    read: () => onBus(async (on) => ({ inhibited: await inhibited(on, await plasmaOn(on)) })),
    block: () => onBus(block),
    verify: async (): Promise<Verified> => {
      if (!(await onBus(async (on) => inhibited(on, await plasmaOn(on))))) return 'not-blocked';
      return (await criticalShown(run)) ? 'unverifiable' : 'blocked';
    },
    waiting: async () => null,
    restore: letGo,
    close: async () => drop(),
  };
}

async function probe(bus: MessageBus): Promise<Probe> {
  const server = await serverOn(bus);
  if (server?.name !== 'Plasma') return { type: 'not-here' };
  const daemon = daemonName(server);
  const [capabilities] = await callBus(bus, { ...to(await plasmaOn(bus)), member: 'GetCapabilities' });
  if (Array.isArray(capabilities) && capabilities.includes('inhibitions')) return { type: 'here', daemon };
  return { type: 'lacking', code: 'notifications-unsupported', params: { daemon } };
}

/** The unique name of who shows notifications now; rejects when nobody does. */
async function plasmaOn(bus: MessageBus): Promise<string> {
  const [owner] = await callBus(bus, { ...BUS, member: 'GetNameOwner', signature: 's', body: [NOTIFICATIONS] });
  return String(owner);
}

async function inhibited(bus: MessageBus, owner: string): Promise<boolean> {
  const properties = { destination: owner, path: PATH, interface: 'org.freedesktop.DBus.Properties' };
  const body = [NOTIFICATIONS, 'Inhibited'];
  const [value] = await callBus(bus, { ...properties, member: 'Get', signature: 'ss', body });
  const is: unknown = (value as { readonly value?: unknown } | undefined)?.value;
  if (typeof is !== 'boolean') throw new Error('Plasma does not say whether notifications are inhibited');
  return is;
}

/** Not told on the bus; true as well where it cannot be asked for. Programs of Plasma 6 and 5. */
async function criticalShown(run: RunProgram): Promise<boolean> {
  const setting = ['--file', 'plasmanotifyrc', '--group', 'Notifications', '--key', 'CriticalInDndMode'];
  for (const program of ['kreadconfig6', 'kreadconfig5']) {
    const ran = await run(program, [...setting, '--default', 'true']).catch(() => null);
    if (ran?.code === 0) return ran.stdout.trim() !== 'false';
  }
  return true;
}

function to(owner: string): { readonly destination: string; readonly path: string; readonly interface: string } {
  return { destination: owner, path: PATH, interface: NOTIFICATIONS };
}
