import type { RunEvent, RunResult } from '../contract/events.ts';
import { glassConsequences } from './lockdown.ts';
import { missesChecker } from './people-policy.ts';
import { atSafePoint } from './safe-point.ts';
import { openRollback, type RunState } from './state.ts';
import { isStepSettled } from './transition.ts';

/**
 * What follows from a state by itself, without anybody asking: a finished block is left, the next step is entered.
 * The controller records these after every event, and again after a crash, until there are none.
 */
export function consequences(state: RunState): readonly RunEvent[] {
  if (state.penWith !== null) return [];
  const broken = state.status === 'ended' ? [] : glassConsequences(state);
  // What follows from a broken glass is folded first: it may hold the run.
  if (broken.length > 0) return broken;
  const shown = peopleConsequences(state);
  return state.status === 'running' ? [...ownConsequences(state), ...shown] : shown;
}

/** As many interruptions as one record may show; more are shown by the next. */
const mostAtOnce = 1_000;

/** At a safe point the operator sees what waited, and the pause that was asked for is taken. */
function peopleConsequences(state: RunState): readonly RunEvent[] {
  if (state.status === 'ended' || atSafePoint(state) !== null) return [];
  const events: RunEvent[] = [];
  const waiting = state.interruptions.filter((one) => one.shownAt === null).map((one) => one.interruption);
  if (waiting.length > 0) {
    events.push({ type: 'interruptions-shown', data: { interruptions: waiting.slice(0, mostAtOnce) } });
  }
  if (state.status !== 'running') return events;
  const missed = missesChecker(state);
  if (state.holdRequest !== null) {
    events.push({ type: 'run-held', data: { reason: state.holdRequest.reason, cause: 'checker', minutes: null } });
  } else if (missed !== null) {
    events.push({ type: 'run-held', data: { reason: missed.name, cause: 'checker-gone', minutes: null } });
  }
  return events;
}

function ownConsequences(state: RunState): readonly RunEvent[] {
  const step = state.plan.steps[state.current];
  const events: RunEvent[] = [];
  const rollback = openRollback(state);
  if (rollback !== null) {
    const open = state.steps.slice(rollback.from, rollback.from + rollback.count).some((one) => !isStepSettled(one));
    if (!open) return [{ type: 'rollback-finished', data: { scope: rollback.scope } }];
  } else if (state.block !== null && step?.block !== state.block) {
    events.push({ type: 'block-left', data: { block: state.block } });
  }
  if (step !== undefined && state.steps[state.current]?.enteredAt === null) {
    if (entersPhase(state)) events.push({ type: 'checkpoint', data: { records: state.seq + 1 + events.length } });
    events.push({ type: 'step-entered', data: { step: step.id } });
  }
  return events;
}

/** A phase ended before this step: the moment for a signed seal. */
function entersPhase({ plan, current }: RunState): boolean {
  const previous = plan.steps[current - 1];
  return previous !== undefined && previous.phase !== plan.steps[current]?.phase;
}

/** How a run ends when its last step is settled: anything let through or left undone makes it "complete except …". */
export function resultOf(state: RunState): RunResult {
  if (state.rollbacks.some((rollback) => rollback.scope === 'run')) return 'rolled-back';
  const exceptional = state.steps.some(
    (step) => step.waiver !== null || step.targets.some((target) => target.status !== 'passed'),
  );
  return exceptional ? 'completed-except' : 'completed';
}
