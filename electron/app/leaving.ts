import type { Refusal } from '../../shared/contract/intents.ts';
import { atSafePoint } from '../../shared/run/safe-point.ts';
import type { RunState } from '../../shared/run/state.ts';

/** What closing the window or quitting would mean now. */
export type Leaving =
  | { readonly type: 'free' }
  /** Asked once more, with the run's name; `running` are the targets we would lose sight of. */
  | { readonly type: 'ask'; readonly title: string; readonly environment: string; readonly running: readonly string[] }
  | { readonly type: 'refused'; readonly refusal: Refusal };

/** Decides from the run alone (null: none is open). An atomic block is finished or restored first: nothing leaves it. */
export function mayLeave(state: RunState | null): Leaving {
  if (state === null || state.status === 'ended') return { type: 'free' };
  const refusal = atSafePoint(state);
  if (refusal !== null && refusal.code === 'in-atomic-block') return { type: 'refused', refusal };
  const running = Object.values(state.running).map(
    ([step, target]) => state.steps[step]?.targets[target]?.target ?? '',
  );
  return { type: 'ask', title: state.plan.title, environment: state.plan.environment, running };
}
