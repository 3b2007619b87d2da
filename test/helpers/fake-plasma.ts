import { Message, type MessageBus, sessionBus, Variant } from '@jellybrick/dbus-next';

const NOTIFICATIONS = 'org.freedesktop.Notifications';

/**
 * FAKE: as much of KDE Plasma's notification server as inhibitions need, on a real bus: after libnotificationmanager's
 * server_p.cpp, an inhibition ends with the connection of whoever asked for it.
 */
export class FakePlasma {
  /** A person's own "do not disturb". */
  doNotDisturb = false;
  /** Says that nothing is inhibited although it is. */
  slow = false;
  capabilities: readonly string[] = ['body', 'inhibitions'];
  name = 'Plasma';
  /** Every call of Inhibit and UnInhibit with its arguments, in order. */
  readonly calls: (readonly unknown[])[] = [];
  readonly #bus: MessageBus;
  readonly #held = new Map<number, string>();
  #cookie = 0;
  #gone: () => void = () => {};

  private constructor(busAddress: string) {
    this.#bus = sessionBus({ busAddress });
    this.#bus.addMethodHandler((message) => this.#answer(message));
    this.#bus.on('message', ({ member, body }) => {
      if (member !== 'NameOwnerChanged' || body[2] !== '') return;
      const theirs = [...this.#held].filter(([, sender]) => sender === body[0]);
      for (const [cookie] of theirs) this.#held.delete(cookie);
      if (theirs.length > 0) this.#gone();
    });
  }

  static async start(busAddress: string): Promise<FakePlasma> {
    const plasma = new FakePlasma(busAddress);
    await plasma.#bus.requestName(NOTIFICATIONS);
    const dbus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
    const rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'";
    const watch = { ...dbus, interface: 'org.freedesktop.DBus', member: 'AddMatch', signature: 's', body: [rule] };
    await plasma.#bus.call(new Message(watch));
    return plasma;
  }

  get inhibited(): boolean {
    return this.doNotDisturb || this.#held.size > 0;
  }
  get inhibitions(): number {
    return this.#held.size;
  }
  /** The next connection that goes away while something is inhibited for it. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      this.#gone = resolve;
    });
  }
  /** A person switches "do not disturb" off, which ends the inhibitions of programs too. */
  clear(): void {
    this.doNotDisturb = false;
    this.#held.clear();
  }
  async stop(): Promise<void> {
    await this.#bus.releaseName(NOTIFICATIONS);
    this.#bus.disconnect();
  }

  #answer(message: Message): boolean {
    if (message.path !== '/org/freedesktop/Notifications') return false;
    const [signature, body] = this.#reply(message);
    if (signature === null) return false;
    this.#bus.send(Message.newMethodReturn(message, signature, [...body]));
    return true;
  }

  #reply({ member, body, sender }: Message): readonly [string | null, readonly unknown[]] {
    switch (member) {
      case 'GetServerInformation':
        return ['ssss', [this.name, 'KDE', '6.1.5', '1.2']];
      case 'GetCapabilities':
        return ['as', [this.capabilities]];
      case 'Get':
        return ['v', [new Variant('b', this.inhibited && !this.slow)]];
      case 'Inhibit':
        this.calls.push([member, ...body]);
        this.#cookie += 1;
        this.#held.set(this.#cookie, sender ?? '');
        return ['u', [this.#cookie]];
      case 'UnInhibit':
        this.calls.push([member, ...body]);
        this.#held.delete(Number(body[0]));
        return ['', []];
      default:
        return [null, []];
    }
  }
}
