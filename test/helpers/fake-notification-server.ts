import { Message, MessageType, sessionBus } from '@jellybrick/dbus-next';

/** A program on this process's session bus that says it shows notifications and shows none: for what cannot run here. */
export interface FakeServer {
  stop(): void;
}

interface Answer {
  readonly signature: string;
  readonly body: readonly unknown[];
}

/**
 * Owns `org.freedesktop.Notifications`. `information`: its name, vendor, version and version of the specification.
 * `answer`: what it says to every other call.
 */
export async function fakeNotificationServer(
  information: readonly string[],
  answer: (member: string, body: readonly unknown[]) => Answer = () => ({ signature: '', body: [] }),
): Promise<FakeServer> {
  const bus = sessionBus();
  bus.addMethodHandler((message) => {
    if (message.type !== MessageType.METHOD_CALL) return false;
    const asked = message.member === 'GetServerInformation';
    const { signature, body } = asked ? { signature: 'ssss', body: information } : answer(message.member, message.body);
    bus.send(Message.newMethodReturn(message, signature, [...body]));
    return true;
  });
  await bus.requestName('org.freedesktop.Notifications');
  return { stop: () => bus.disconnect() };
}
