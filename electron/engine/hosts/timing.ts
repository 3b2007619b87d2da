import { limits } from '../../../shared/contract/limits.ts';
import type { Clock } from '../ports.ts';

/** The times of the hosts layer, in milliseconds; a test shortens them. */
export interface HostTiming {
  /** For name, TCP, handshake and login together; questions to a person do not count. */
  readonly connectTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveMisses: number;
  /** How long output may go on silently after the command itself has ended (a daemon that kept stdout open). */
  readonly lingerMs: number;
  /** How long closing may wait for the other side. */
  readonly closeMs: number;
}

export const hostTiming: HostTiming = {
  connectTimeoutMs: limits.connectTimeoutMs,
  keepaliveMs: limits.keepaliveMs,
  keepaliveMisses: limits.keepaliveMisses,
  lingerMs: 5_000,
  closeMs: 1_000,
};

/** A time limit that can be stopped while a person is asked and starts afresh afterwards. */
export interface Deadline {
  start(): void;
  stop(): void;
}

export function deadline(clock: Clock, ms: number, onPassed: () => void): Deadline {
  let running: AbortController | null = null;
  const stop = (): void => {
    running?.abort();
    running = null;
  };
  return {
    stop,
    start: () => {
      stop();
      const mine = new AbortController();
      running = mine;
      clock.sleep(ms, mine.signal).then(onPassed, () => undefined);
    },
  };
}
