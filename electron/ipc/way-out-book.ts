import type { WayOut } from '../../shared/contract/lockdown.ts';
import type { Clock } from '../engine/ports.ts';

/** How long tries of the same way out are counted together. */
const togetherMs = 1_000;

/** Counts refused ways out: a key that is held down is one record a second, not fifty. */
export class WayOutBook {
  readonly #clock: Clock;
  readonly #write: (way: WayOut, times: number) => void;
  readonly #counts = new Map<WayOut, number>();
  readonly #stop = new AbortController();

  constructor(clock: Clock, write: (way: WayOut, times: number) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  tried(way: WayOut): void {
    const count = this.#counts.get(way);
    this.#counts.set(way, (count ?? 0) + 1);
    if (count !== undefined) return;
    void this.#clock
      .sleep(togetherMs, this.#stop.signal)
      .then(() => this.#put(way))
      .catch(() => {});
  }

  /** Writes what was counted so far: what comes next is recorded after it. */
  flush(): void {
    for (const way of [...this.#counts.keys()]) this.#put(way);
  }

  #put(way: WayOut): void {
    const times = this.#counts.get(way);
    if (times === undefined) return;
    this.#counts.delete(way);
    this.#write(way, times);
  }
}
