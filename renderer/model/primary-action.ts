import type { PlanStep } from '../../shared/checklist/plan.ts';
import { verifyFor } from '../../shared/checklist/plan-lookup.ts';
import type { SigningMode } from '../../shared/contract/events.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import { mayWaive } from '../../shared/run/people-policy.ts';
import {
  currentStep,
  isBusy,
  isRepeat,
  isSettled,
  type RunState,
  type StepState,
  type TargetState,
} from '../../shared/run/state.ts';
import { nextFinding } from './findings.ts';
import { waitsFor, withoutPermission } from './people/signing.ts';

/**
 * The one thing the screen asks of the operator now. `intent` is sent at once; `ask` needs words from the person
 * first (a reason); `judge` asks about one finding; `answer` is a form in the step's own room; `wait` and `none` leave
 * nothing to press.
 */
export type PrimaryAction =
  | {
      readonly type: 'intent';
      readonly what: 'start' | 'continue' | 'enter-block' | 'finish' | 'run' | 'probe';
      readonly targets: readonly string[];
      readonly again: boolean;
      readonly intent: Intent;
    }
  | {
      readonly type: 'ask';
      readonly what: 'run-again' | 'decide' | 'waive' | 'accept-no-return' | 'approve' | 'ask-permission';
      readonly targets: readonly string[];
    }
  /** The next move is another person's: the checker signs, or takes the pen. */
  | { readonly type: 'wait-for'; readonly what: SigningMode | 'handover'; readonly name: string }
  | { readonly type: 'judge'; readonly target: string; readonly finding: string }
  | { readonly type: 'answer'; readonly target: string; readonly again: boolean }
  | { readonly type: 'wait'; readonly targets: readonly string[] }
  | { readonly type: 'none' };

interface Options {
  /** The target the person selected; its need comes before that of the others. */
  readonly selected: string | null;
}

/** Which action Enter stands for. Pure, so that what Enter does can be proved for every state. */
export function primaryAction(state: RunState, options: Options): PrimaryAction {
  if (state.status === 'ended' || state.penWith !== null) return { type: 'none' };
  if (state.status === 'created') return simple('start', { type: 'start-run' });
  if (state.handover !== null)
    return { type: 'wait-for', what: 'handover', name: nameOf(state, state.handover.participant) };
  if (state.status === 'held') return simple('continue', { type: 'continue' });
  const step = currentStep(state);
  const stands = state.steps[state.current];
  if (step === null || stands === undefined) return simple('finish', { type: 'finish' });
  if (step.block !== null && state.block !== step.block) {
    return simple('enter-block', { type: 'enter-block', block: step.block });
  }
  return stepAction(state, step, stands, options.selected);
}

function nameOf({ participants }: RunState, id: string): string {
  return participants.find(({ participant }) => participant === id)?.name ?? id;
}

function simple(what: 'start' | 'continue' | 'enter-block' | 'finish', intent: Intent): PrimaryAction {
  return { type: 'intent', what, targets: [], again: false, intent };
}

function stepAction(state: RunState, step: PlanStep, stands: StepState, selected: string | null): PrimaryAction {
  const open = stands.targets.filter((target) => !isSettled(target.status));
  if (open.length === 0) return signingAction(state, step);
  if (beforeNoReturn(step, stands)) return { type: 'ask', what: 'accept-no-return', targets: [] };
  const target = neediest(open, selected);
  if (target === null) return { type: 'wait', targets: open.filter(isBusy).map(({ target: name }) => name) };
  // What the checker is being asked for is theirs; another target goes on only where the person chose it.
  const asked = stands.permission?.targets.some((one) => one.target === target.target) === true;
  return asked ? signingAction(state, step) : targetAction(state, step, stands, target);
}

/** The step stands with the second person: wait while they are there and may sign, else it can only be waived. */
function signingAction(state: RunState, { id }: PlanStep): PrimaryAction {
  const waits = waitsFor(state, id);
  if (waits === null || waits.checker === null || mayWaive(state, id) === null)
    return { type: 'ask', what: 'waive', targets: [] };
  return { type: 'wait-for', what: waits.mode, name: waits.checker.name };
}

/** The step lies behind a point of no return that nobody has gone past yet. */
export function beforeNoReturn(step: PlanStep, stands: StepState): boolean {
  return step.pointOfNoReturn !== null && stands.noReturn === null;
}

const urgency: readonly TargetState['status'][] = ['unknown', 'failed', 'inconclusive', 'todo'];

/**
 * The target that needs a person most. Unknown leads, because nothing else may be decided truthfully before it.
 * While one host runs, hosts not yet begun wait: Enter never starts a second host by accident.
 */
export function neediest(open: readonly TargetState[], selected: string | null): TargetState | null {
  const free = open.filter((target) => !isBusy(target));
  const chosen = free.find((target) => target.target === selected);
  if (chosen !== undefined) return chosen;
  const anyBusy = free.length < open.length;
  for (const status of urgency) {
    if (status === 'todo' && anyBusy) return null;
    const found = free.find((target) => target.status === status);
    if (found !== undefined) return found;
  }
  return null;
}

function targetAction(state: RunState, step: PlanStep, stands: StepState, target: TargetState): PrimaryAction {
  const name = target.target;
  if (target.status === 'unknown') return unknownAction(step, target);
  const finding = step.kind === 'manual' || step.kind === 'approval' ? null : nextFinding(target);
  if (finding !== null) return { type: 'judge', target: name, finding };
  const forbidden = withoutPermission(
    state,
    step.id,
    stands.targets.filter(({ status }) => status === target.status),
  );
  if (forbidden.includes(target)) return permissionAction(target, forbidden);
  if (step.kind === 'manual') return { type: 'answer', target: name, again: isRepeat(target) };
  if (step.kind === 'approval') return { type: 'ask', what: 'approve', targets: [name] };
  if (step.effect === 'write') {
    if (isRepeat(target)) return { type: 'ask', what: 'run-again', targets: [name] };
    return runAction(step, [name], false);
  }
  if (target.status !== 'todo') return runAction(step, [name], true);
  // A read may be repeated freely, so all hosts that were not asked yet are asked together.
  const locked = forbidden.map((one) => one.target);
  return runAction(
    step,
    unstarted(stands).filter((one) => !locked.includes(one)),
    false,
  );
}

/** What never ran is asked for together; an attempt again is asked for alone, with its own reason. */
function permissionAction(target: TargetState, forbidden: readonly TargetState[]): PrimaryAction {
  const again = target.status !== 'todo' || isRepeat(target);
  const together = again ? [target] : forbidden.filter((one) => !isRepeat(one));
  return { type: 'ask', what: 'ask-permission', targets: together.map((one) => one.target) };
}

function unknownAction(step: PlanStep, { target, probe }: TargetState): PrimaryAction {
  const probed = probe === 'unclear';
  if (verifyFor(step, target) === null || probed) return { type: 'ask', what: 'decide', targets: [target] };
  return {
    type: 'intent',
    what: 'probe',
    targets: [target],
    again: probe !== null,
    intent: { type: 'probe', step: step.id, target },
  };
}

function runAction(step: PlanStep, targets: readonly string[], again: boolean): PrimaryAction {
  return {
    type: 'intent',
    what: 'run',
    targets,
    again,
    intent: { type: 'run-step', step: step.id, targets: [...targets], reason: null },
  };
}

/** Targets of the step that were never run (or were found not to have run). */
export function unstarted(stands: StepState): readonly string[] {
  return stands.targets.filter((target) => target.status === 'todo' && !isBusy(target)).map(({ target }) => target);
}

/**
 * Hosts a write could be run on side by side after the first one passed alone: the secondary "run on the remaining".
 * Empty where it would be the same as the primary action.
 */
export function remainingAfterFirst(step: PlanStep, stands: StepState): readonly string[] {
  if (step.kind === 'manual' || step.kind === 'approval' || step.effect === 'read') return [];
  const rest = unstarted(stands);
  const oneWentThrough = stands.targets.some((target) => target.status === 'passed');
  return oneWentThrough && rest.length > 1 ? rest : [];
}

/** A name for "the same primary action", so that a second press never meets a different one unseen. */
export function actionIdentity(action: PrimaryAction, state: RunState): string {
  const where = `${state.runId}/${state.status}/${state.current}/${state.block}`;
  const targets =
    'target' in action
      ? action.target
      : 'targets' in action
        ? action.targets.join(',')
        : 'name' in action
          ? action.name
          : '';
  const what = action.type === 'judge' ? `judge ${action.finding}` : 'what' in action ? action.what : action.type;
  return `${where}/${what}/${targets}/${state.attempts}`;
}
