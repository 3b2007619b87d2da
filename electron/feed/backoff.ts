import { limits } from '../../shared/contract/limits.ts';

/**
 * How long to wait after the `times`-th failure in a row (from 0), in milliseconds: by chance between nothing and a
 * bound that doubles ("full jitter"), so that many installations do not come back at the same moment.
 */
export function backoffMs(times: number, random: () => number): number {
  return random() * Math.min(limits.feedRetryMostMs, limits.feedRetryMs * 2 ** Math.min(times, 30));
}
