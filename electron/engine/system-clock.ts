import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The longest wait a Node timer can hold, in milliseconds; longer sleeps are cut into pieces. */
const longest = 2 ** 31 - 1;

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => new Date(),
  mono: () => performance.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; left > longest; left -= longest) await delay(longest, undefined, { signal });
    await delay(ms > longest ? ms % longest : ms, undefined, { signal });
  },
};
