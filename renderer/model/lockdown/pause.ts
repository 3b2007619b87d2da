import type { RunState } from '../../../shared/run/state.ts';

/** Since when a run is on hold, and until when that was meant. Milliseconds since 1970. */
export interface PauseTimes {
  readonly since: number;
  /** How long it was meant to be in milliseconds; null where nobody said. */
  readonly meantMs: number | null;
  readonly until: number | null;
}

/** The times of the hold the run is in, or null while it is not on hold. */
export function pauseTimes({ status, heldSince, holdMinutes }: RunState): PauseTimes | null {
  if (status !== 'held' || heldSince === null) return null;
  const since = Date.parse(heldSince);
  const meantMs = holdMinutes === null ? null : holdMinutes * 60_000;
  return { since, meantMs, until: meantMs === null ? null : since + meantMs };
}
