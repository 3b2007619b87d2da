import type { PlanStep } from '../../shared/checklist/plan.ts';
import { expectedMs } from '../../shared/run/back-out.ts';
import { pastNoReturn, type Ran } from '../../shared/run/rollback-plan.ts';
import { openRollback, type RollbackState, type RunState } from '../../shared/run/state.ts';

/** What F8 is about: turning round, a rollback that is under way, or only fixing forward. */
export type WayBack =
  | { readonly type: 'possible' }
  | { readonly type: 'under-way'; readonly rollback: RollbackState }
  | { readonly type: 'forward'; readonly step: PlanStep };

/** Where the way back stands. */
export function wayBack(state: RunState): WayBack {
  const rollback = openRollback(state);
  if (rollback !== null) return { type: 'under-way', rollback };
  const step = pastNoReturn(state);
  return step === null ? { type: 'possible' } : { type: 'forward', step };
}

/** How long steps should take together; `uncertain` where some have no known duration. */
export function timeFor(state: RunState, steps: readonly PlanStep[]): { takesMs: number; uncertain: boolean } {
  const known = steps.map((step) => expectedMs(state, step));
  return { takesMs: known.reduce<number>((sum, ms) => sum + (ms ?? 0), 0), uncertain: known.includes(null) };
}

/** Names one thing that ran, as a key. */
export function ranKey({ step, target }: Ran): string {
  return `${step}/${target}`;
}
