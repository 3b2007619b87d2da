import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { RunState, TargetState } from '../../shared/run/state.ts';

/** Something that did not go as the checklist says, for the top of the finished run. */
export interface PlanException {
  readonly step: PlanStep;
  readonly target: string | null;
  readonly kind:
    | 'deferred'
    | 'overridden'
    | 'was-done'
    | 'waived'
    | 'not-done'
    | 'repeated'
    | 'unknown'
    | 'failed'
    | 'excluded'
    | 'declared-failed'
    | 'judged-stop';
  readonly reason: string | null;
  readonly by: string | null;
  readonly owner: string | null;
  /** When a deferred one is due. */
  readonly due: string | null;
}

/** Whoever would not sign says why it did not pass. */
function rejectedBy({ rejection }: TargetState): Partial<Pick<PlanException, 'reason' | 'by'>> {
  return rejection === null ? {} : { reason: rejection.reason, by: rejection.by };
}

/** A host that is out passes by everything to come; it is told once, at the step where it was taken out. */
function takenOut(
  state: RunState,
  index: number,
  { target: name, decision }: TargetState,
  base: Omit<PlanException, 'kind'>,
): readonly PlanException[] {
  const first = state.steps.findIndex(({ targets }) =>
    targets.some((one) => one.target === name && one.status === 'excluded' && one.decision?.at === decision?.at),
  );
  if (first !== index) return [];
  return [{ ...base, kind: decision?.decision === 'failed' ? 'declared-failed' : 'excluded' }];
}

/** Every exception to the plan in the checklist's order. */
export function exceptionsOf(state: RunState): readonly PlanException[] {
  return state.plan.steps.flatMap((step, index) => {
    const stands = state.steps[index];
    if (stands === undefined) return [];
    const found: PlanException[] = stands.targets.flatMap((target) => {
      const base = {
        step,
        target: target.target,
        reason: target.decision?.reason ?? null,
        by: target.decision?.by ?? null,
        owner: target.decision?.owner ?? null,
        due: target.decision?.due ?? null,
      };
      const repeats = target.attempts.filter((attempt) => attempt.purpose === 'step' && attempt.reason !== null);
      const repeated: PlanException[] = repeats.map((attempt) => ({
        ...base,
        kind: 'repeated',
        reason: attempt.reason,
        by: attempt.actor,
        owner: null,
        due: null,
      }));
      if (target.status === 'deferred') return [...repeated, { ...base, kind: 'deferred' }];
      if (target.status === 'overridden') {
        return [...repeated, { ...base, kind: target.decision?.decision === 'was-done' ? 'was-done' : 'overridden' }];
      }
      if (target.status === 'excluded') return [...repeated, ...takenOut(state, index, target, base)];
      if (target.status === 'unknown') return [...repeated, { ...base, kind: 'unknown' }];
      const stop = Object.values(target.judgements).find(({ judgement }) => judgement === 'stop');
      if (target.status === 'failed' && stop !== undefined)
        return [...repeated, { ...base, kind: 'judged-stop', reason: stop.reason, by: stop.by }];
      if (target.status === 'failed' || target.status === 'inconclusive')
        return [...repeated, { ...base, kind: 'failed', ...rejectedBy(target) }];
      return repeated;
    });
    if (stands.targets.every(({ status }) => status === 'todo')) {
      found.push({ step, target: null, kind: 'not-done', reason: null, by: null, owner: null, due: null });
    }
    if (stands.waiver !== null) {
      found.push({
        step,
        target: null,
        kind: 'waived',
        reason: stands.waiver.reason,
        by: stands.waiver.by,
        owner: null,
        due: null,
      });
    }
    return found;
  });
}
