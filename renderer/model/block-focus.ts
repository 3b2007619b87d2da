import { openRollback, type RunState } from '../../shared/run/state.ts';

/**
 * The steps that count while an atomic block is open, by index: the block's own, and those that restore it. Null
 * outside a block, where the whole checklist is shown.
 */
export function blockFocus(state: RunState): readonly number[] | null {
  if (state.block === null) return null;
  const back = openRollback(state);
  const restores = (index: number): boolean => back !== null && index >= back.from && index < back.from + back.count;
  return state.plan.steps.flatMap((step, index) => (step.block === state.block || restores(index) ? [index] : []));
}
