import type { EventEmitter } from 'node:events';
import { Message, type MessageBus, MessageFlag, sessionBus } from '@jellybrick/dbus-next';
import { limits } from '../../shared/contract/limits.ts';

/** A method call; see `Message` of the library. */
export type BusCall = ConstructorParameters<typeof Message>[0];

/**
 * A connection to the person's session bus, or null when there is none. Rejects when something listens there and says
 * nothing for `limits.senseTimeoutMs`. Whoever opens it calls `disconnect()`.
 */
export function connectSessionBus(): Promise<MessageBus | null> {
  const bus = sessionBus();
  const connected = new Promise<MessageBus | null>((resolve) => {
    bus.once('connect', () => resolve(bus));
    // The library's types do not tell of 'error'. The listener stays: a bus that goes away later is found out by the
    // next call's limit, and must not become an uncaught error.
    (bus as unknown as EventEmitter).on('error', () => resolve(null));
  });
  return answered(connected).catch((error: unknown) => {
    bus.disconnect();
    throw error;
  });
}

/**
 * Calls a method: the answer's values, or the error the other side gave (`DBusError`). Starts no service for it, unless
 * the call says so with `flags: 0`.
 */
export async function callBus(bus: MessageBus, message: BusCall): Promise<readonly unknown[]> {
  const reply = await answered(bus.call(new Message({ flags: MessageFlag.NO_AUTO_START, ...message })));
  return reply?.body ?? [];
}

/** A connection for as long as `use` takes; rejects without a session bus. */
export async function withSessionBus<T>(use: (bus: MessageBus) => Promise<T>): Promise<T> {
  const bus = await connectSessionBus();
  if (bus === null) throw new Error('There is no session bus');
  try {
    return await use(bus);
  } finally {
    bus.disconnect();
  }
}

function answered<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`No answer on the session bus within ${limits.senseTimeoutMs} ms`));
    const timer = setTimeout(late, limits.senseTimeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
