import type { Clock } from '../../electron/engine/ports.ts';
import type { AdapterName, NotificationAdapter, Verified } from '../../electron/lockdown/ports.ts';

/** FAKE: a desktop that keeps notifications back while `paused`; what it does wrong is said by the test. */
export class FakeDesktop {
  paused = false;
  /** False: nobody shows notifications. */
  running = true;
  waiting: number | null = null;
  /** What it answers instead of the truth. */
  answer: Verified | null = null;
  /** Calls that fail. */
  readonly failing = new Set<keyof NotificationAdapter>();
  /** Takes what it is told so many looks later. */
  slowLooks = 0;
  /** Every call in order, by name. */
  readonly calls: string[] = [];
  /** Called just before the desktop would change. */
  onChange: (to: boolean) => void = () => {};

  /** The adapter as one process has it; a process that died does nothing any more. */
  adapter(process: FakeProcess = new FakeProcess(), name: AdapterName = 'dunst'): NotificationAdapter {
    const call = <T>(method: keyof NotificationAdapter, act: () => T): Promise<T> =>
      process.step(() => {
        this.calls.push(method);
        if (this.failing.has(method)) throw new Error(`fake: ${method} fails`);
        if (!this.running && method !== 'probe' && method !== 'close') throw new Error('fake: no daemon');
        return act();
      });
    return {
      name,
      probe: () => call('probe', () => (this.running ? { type: 'here', daemon: 'fake 1.0' } : { type: 'not-here' })),
      read: () => call('read', () => ({ paused: this.paused })),
      block: () => call('block', () => this.#set(true)),
      verify: () => call('verify', () => this.answer ?? this.#answer()),
      waiting: () => call('waiting', () => this.waiting),
      restore: (prior) => call('restore', () => this.#set(prior['paused'] === true)),
      close: () => call('close', () => undefined),
    };
  }

  #set(to: boolean): void {
    if (to === this.paused) return;
    this.onChange(to);
    this.paused = to;
  }

  #answer(): Verified {
    if (this.slowLooks > 0) {
      this.slowLooks -= 1;
      return 'not-blocked';
    }
    return this.paused ? 'blocked' : 'not-blocked';
  }
}

/** FAKE: a process that can be killed at an exact call to the desktop, before or after it took effect. */
export class FakeProcess {
  #left = Infinity;
  #after = false;
  #die: () => void = () => {};
  readonly died = new Promise<'died'>((resolve) => {
    this.#die = () => resolve('died');
  });
  #dead = false;

  /** Dies at the nth call from now, before or after the desktop did what it was told. */
  dieAt({ atCall, after }: { readonly atCall: number; readonly after: boolean }): this {
    this.#left = atCall;
    this.#after = after;
    return this;
  }

  kill(): void {
    this.#dead = true;
    this.#die();
  }

  async step<T>(act: () => T): Promise<T> {
    if (this.#dead) return await new Promise<never>(() => {});
    this.#left -= 1;
    if (this.#left > 0) return act();
    if (this.#after) act();
    this.kill();
    return await new Promise<never>(() => {});
  }
}

/** FAKE: short pauses take no time; a longer sleep lasts until `tick`. */
export class SteppedClock implements Clock {
  #mono = 0;
  readonly #sleepers = new Set<() => void>();
  #slept: () => void = () => {};

  constructor(private readonly longMs: number) {}

  now = (): Date => new Date(Date.UTC(2026, 10, 21, 12) + this.#mono);
  mono = (): number => this.#mono;
  get sleeping(): number {
    return this.#sleepers.size;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (ms < this.longMs) {
      this.#mono += ms;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        this.#mono += ms;
        resolve();
      };
      const stopped = () => {
        this.#sleepers.delete(wake);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stopped, { once: true });
      this.#sleepers.add(wake);
      this.#slept();
    });
  }

  /** Wakes whoever sleeps; resolves when somebody sleeps again, or when the process they belong to is dead. */
  async tick(process?: FakeProcess): Promise<void> {
    if (this.#sleepers.size === 0) return;
    const again = new Promise<void>((resolve) => {
      this.#slept = resolve;
    });
    for (const wake of [...this.#sleepers]) wake();
    await (process === undefined ? again : Promise.race([again, process.died]));
  }
}
