import { DBusError, type MessageBus } from '@jellybrick/dbus-next';
import { type BusCall, callBus, connectSessionBus } from '../session-bus.ts';

/** Who shows notifications in this session, in its own words; `pid` null where the bus does not tell. */
export interface NotificationServer {
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly pid: number | null;
}

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
const NOTIFICATIONS = 'org.freedesktop.Notifications';

/**
 * Asks the session bus who owns `org.freedesktop.Notifications`: what is installed says nothing about who is the
 * daemon. Never starts a daemon. Null without a daemon and without a bus; rejects when bus or daemon do not answer
 * within `limits.senseTimeoutMs`. Source: Desktop Notifications Specification, `GetServerInformation`.
 */
export async function notificationServer(): Promise<NotificationServer | null> {
  const bus = await connectSessionBus();
  if (bus === null) return null;
  try {
    return await serverOn(bus);
  } finally {
    bus.disconnect();
  }
}

/** As `notificationServer`, on a connection that is there already. */
export async function serverOn(bus: MessageBus): Promise<NotificationServer | null> {
  const [owner] = await values(bus, { ...BUS, member: 'GetNameOwner', signature: 's', body: [NOTIFICATIONS] });
  if (typeof owner !== 'string') return null;
  const daemon = { destination: owner, path: '/org/freedesktop/Notifications', interface: NOTIFICATIONS };
  const [name, vendor, version] = await values(bus, { ...daemon, member: 'GetServerInformation' });
  if (typeof name !== 'string') return null;
  const [pid] = await values(bus, { ...BUS, member: 'GetConnectionUnixProcessID', signature: 's', body: [owner] });
  return { name, vendor: word(vendor), version: word(version), pid: typeof pid === 'number' ? pid : null };
}

/** A daemon by name and number, as people know it: `dunst 1.9.0`. */
export function daemonName(server: NotificationServer): string {
  return `${server.name} ${server.version.split(' ')[0] ?? ''}`.trim();
}

/** An error as the answer means: nobody owns the name, or whoever did is gone meanwhile. */
async function values(bus: MessageBus, call: BusCall): Promise<readonly unknown[]> {
  try {
    return await callBus(bus, call);
  } catch (error) {
    if (error instanceof DBusError) return [];
    throw error;
  }
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
