import type { Refusal } from '../contract/intents.ts';
import type { RunState } from './state.ts';

/** A pause, an exit or a handover may happen here: nothing is running and no atomic block is open. Else why not. */
export function atSafePoint(state: RunState): Refusal | null {
  if (state.block !== null) {
    return { code: 'in-atomic-block', params: { block: state.plan.blocks[state.block]?.title ?? '' } };
  }
  const [attempt] = Object.keys(state.running);
  return attempt === undefined ? null : { code: 'attempt-running', params: { attempt } };
}
