import type { Refusal } from '../../shared/contract/intents.ts';
import { atSafePoint } from '../../shared/run/safe-point.ts';
import type { RunState } from '../../shared/run/state.ts';

/** What closing the window or quitting would mean now. */
export type Leaving =
  | { readonly type: 'free' }
  /** Asked once more, with the run's name; `running` are the targets we would lose sight of. */
  | { readonly type: 'ask'; readonly title: string; readonly environment: string; readonly running: readonly string[] }
  | { readonly type: 'refused'; readonly refusal: Refusal };

/**
 * Decides from the run (null: none is open) and the lock. An atomic block is finished or restored first: nothing leaves
 * it. A locked window is left by a pause or through the glass, not by closing it.
 */
export function mayLeave(state: RunState | null, locked: boolean): Leaving {
  const refusal = state === null || state.status === 'ended' ? null : atSafePoint(state);
  if (refusal?.code === 'in-atomic-block') return { type: 'refused', refusal };
  if (locked) return { type: 'refused', refusal: { code: 'lockdown-no-way-out', params: {} } };
  if (state === null || state.status === 'ended') return { type: 'free' };
  const running = Object.values(state.running).map(
    ([step, target]) => state.steps[step]?.targets[target]?.target ?? '',
  );
  return { type: 'ask', title: state.plan.title, environment: state.plan.environment, running };
}
