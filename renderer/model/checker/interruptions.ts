import type { InterruptionState } from '../../../shared/run/state.ts';

/** Where something from outside stands. */
export type InterruptionStanding = 'waiting' | 'seen' | 'answered';

/** Where one interruption stands on the operator's screen. */
export function interruptionStanding({ shownAt, answer }: InterruptionState): InterruptionStanding {
  if (answer !== null) return 'answered';
  return shownAt === null ? 'waiting' : 'seen';
}

const rank: Readonly<Record<InterruptionStanding, number>> = { waiting: 0, seen: 0, answered: 1 };

/** The queue as the checker looks at it: what is open first, the newest on top. */
export function interruptionQueue(all: readonly InterruptionState[]): readonly InterruptionState[] {
  return all.toReversed().toSorted((a, b) => rank[interruptionStanding(a)] - rank[interruptionStanding(b)]);
}
