import type { Urgency } from '../../../shared/contract/events.ts';
import type { InterruptionState, RunState } from '../../../shared/run/state.ts';

const urgencyRank: Readonly<Record<Urgency, number>> = { now: 0, soon: 1, later: 2 };

/**
 * What came from outside and waits for the operator's answer, the most urgent first, then the oldest. Nothing inside
 * an atomic block, not even what was shown before it: there nothing else counts.
 */
export function interruptionQueue(state: RunState): readonly InterruptionState[] {
  if (state.block !== null || state.status === 'ended') return [];
  return state.interruptions
    .filter(({ shownAt, answer }) => shownAt !== null && answer === null)
    .toSorted((a, b) => urgencyRank[a.urgency] - urgencyRank[b.urgency] || a.at.localeCompare(b.at));
}
