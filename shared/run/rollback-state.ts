import type { PlanStep } from '../checklist/plan.ts';
import { stepIndex } from '../checklist/plan-lookup.ts';
import type { EventOf, JournalRecord } from '../contract/events.ts';
import { openRollback, type RunState, type StepState, type TargetState } from './state.ts';

type Begun = JournalRecord & { readonly data: EventOf<'rollback-begun'>['data'] };

/** The steps that undo are appended, and the run stands at the first of them. */
export function beginRollback(state: RunState, record: Begun, added: readonly StepState[]): RunState {
  const { scope, reason, steps } = record.data;
  const { plan } = state;
  const phases = plan.phases.some((phase) => phase.kind === 'rollback')
    ? plan.phases
    : [...plan.phases, { kind: 'rollback' as const, title: '' }];
  const rollback = {
    scope,
    block: state.block,
    reason,
    by: record.actor.name,
    at: record.at,
    from: plan.steps.length,
    count: steps.length,
    finishedAt: null,
  };
  return {
    ...state,
    plan: { ...plan, phases, steps: [...plan.steps, ...steps] },
    steps: [...state.steps, ...added],
    current: plan.steps.length,
    rollbacks: [...state.rollbacks, rollback],
  };
}

/** A restored block can be entered again from its first step; a run that was rolled back has only its end before it. */
export function finishRollback(state: RunState, at: string, untouched: (step: PlanStep) => StepState): RunState {
  const rollback = openRollback(state);
  if (rollback === null) return state;
  const rollbacks = state.rollbacks.with(-1, { ...rollback, finishedAt: at });
  const { block } = rollback;
  if (rollback.scope === 'run' || block === null) return { ...state, block: null, rollbacks };
  const steps = state.steps.map((step, index) => {
    const plan = state.plan.steps[index];
    return plan?.block === block
      ? { ...untouched(plan), signings: step.signings, targets: step.targets.map(anew) }
      : step;
  });
  const current = state.plan.steps.findIndex((step) => step.block === block);
  return { ...state, block: null, rollbacks, steps, current };
}

/** What was undone may simply be done again; a write that nothing undid asks for a reason. */
function anew(target: TargetState): TargetState {
  if (target.status === 'excluded') return target;
  const nothingDone = target.attempts.every(
    (attempt) => attempt.purpose === 'probe' || attempt.undone || attempt.effectDone === 'none',
  );
  return {
    ...target,
    status: 'todo',
    probe: null,
    decision: null,
    rejection: null,
    clearToRun: target.undone !== null || nothingDone,
    approvals: [],
  };
}

/** Where a rollback step has come to its end on a target, what it undoes there is undone: apart from "done". */
export function markUndone(state: RunState, [index, position]: readonly [number, number], at: string): RunState {
  const by = state.plan.steps[index];
  const target = state.steps[index]?.targets[position];
  if (by === undefined || target === undefined || by.undoes.length === 0 || target.status !== 'passed') return state;
  let { steps } = state;
  for (const id of by.undoes) {
    const undone = stepIndex(state.plan, id);
    const step = steps[undone];
    if (step === undefined) continue;
    const targets = step.targets.map((one) => {
      if (one.target !== target.target) return one;
      const attempts = one.attempts.map((attempt) => ({ ...attempt, undone: attempt.purpose === 'step' }));
      return { ...one, attempts, undone: { by: by.id, at } };
    });
    steps = steps.with(undone, { ...step, targets });
  }
  return { ...state, steps };
}
