import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { SigningMode } from '../../../shared/contract/events.ts';
import { waitingFor } from '../../../shared/people/statements.ts';
import { nextNumber } from '../../../shared/run/people.ts';
import { admittedChecker, mayWithPermission } from '../../../shared/run/people-policy.ts';
import type { ParticipantState, RunState, Signing, StepState } from '../../../shared/run/state.ts';

/** What the current step waits for from the second person, and who that is. */
export interface WaitsFor {
  readonly mode: SigningMode;
  /** The checker, here or gone; null: nobody was admitted. */
  readonly checker: ParticipantState | null;
}

/** What a step waits for, or null. */
export function waitsFor(state: RunState, step: string): WaitsFor | null {
  const mode = waitingFor(state, step);
  return mode === null ? null : { mode, checker: admittedChecker(state) };
}

/**
 * The checker's last no at a step, as long as nothing has answered it: after a rejected result until something new was
 * done on a target, after a refused question until it was asked again.
 */
export function openRejection(stands: StepState): Signing | null {
  const last = stands.signings.at(-1);
  if (last === undefined || last.rejected === null) return null;
  if (last.mode === 'after') return stands.targets.some(({ rejection }) => rejection !== null) ? last : null;
  return stands.permission === null ? last : null;
}

/** Which of these targets the checker has still to say yes to. */
export function withoutPermission(
  state: RunState,
  id: string,
  targets: StepState['targets'],
): readonly StepState['targets'][number][] {
  const step = state.plan.steps[stepIndex(state.plan, id)];
  return step === undefined ? [] : targets.filter((target) => mayWithPermission(state, step, target) !== null);
}

/** Who allowed the next attempt on these targets, or null where nobody had to. */
export function allowedBy(state: RunState, id: string, targets: readonly string[]): string | null {
  const stands = state.steps[stepIndex(state.plan, id)];
  if (stands === undefined) return null;
  const granted = stands.targets.some(
    (target) => targets.includes(target.target) && stands.permitted[target.target] === nextNumber(target),
  );
  const yes = stands.signings.findLast(({ mode, rejected }) => mode === 'before' && rejected === null);
  if (!granted || yes === undefined) return null;
  // What was let through without anybody was allowed by nobody.
  return stands.waiver !== null && stands.waiver.at > yes.at ? null : yes.name;
}
