import type { Moving } from '../../shared/contract/ipc/evidence.ts';
import type { Push } from './push.ts';

/** What the one who moves a run is given. */
export interface Mover {
  readonly tell: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** Screens need no more of the way than this. */
const TELL_MS = 100;

/** Tells the screen how far the way of a run out, in or away is, and stops it. */
export function createMoving(push: Push) {
  const under = new Set<AbortController>();
  return {
    stop: (): void => {
      for (const one of under) one.abort();
    },
    watch: async <T>(what: Moving['what'], work: (mover: Mover) => Promise<T>): Promise<T> => {
      const mine = new AbortController();
      under.add(mine);
      let told = 0;
      const tell = (done: number, of: number): void => {
        if (done < of && performance.now() - told < TELL_MS) return;
        told = performance.now();
        push('run:moving', { what, done, of });
      };
      push('run:moving', { what, done: 0, of: 0 });
      try {
        return await work({ tell, signal: mine.signal });
      } finally {
        under.delete(mine);
        push('run:moving', null);
      }
    },
  };
}
