import type { Clock } from '../engine/ports.ts';

/**
 * Work that is asked for often: begun at once, and then not before the wait is over. Whoever asks in between is served by the
 * next time, so nothing asked for is left undone.
 */
export class Pace {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #wait: () => number;
  readonly #work: () => Promise<void>;
  readonly #closing = new AbortController();
  #asked = false;
  #working: Promise<void> | null = null;

  /** `wait`: milliseconds after each time; `work` must not reject. */
  constructor(clock: Pick<Clock, 'sleep'>, wait: () => number, work: () => Promise<void>) {
    this.#clock = clock;
    this.#wait = wait;
    this.#work = work;
  }

  ask(): void {
    if (this.#closing.signal.aborted) return;
    this.#asked = true;
    this.#working ??= this.#run();
  }

  /** Begins nothing more; resolves when what was begun has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
  }

  async #run(): Promise<void> {
    while (this.#asked && !this.#closing.signal.aborted) {
      this.#asked = false;
      await this.#work();
      await this.#clock.sleep(this.#wait(), this.#closing.signal).catch(() => undefined);
    }
    this.#working = null;
  }
}
