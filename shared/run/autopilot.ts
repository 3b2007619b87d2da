import { assertNever } from '../assert-never.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { actionFor, verifyFor } from '../checklist/plan-lookup.ts';
import type { EvidenceAnswer, Intent } from '../contract/intents.ts';
import { isSettled, type RunState, type StepState, type TargetState } from './state.ts';

/** What a person decided beforehand for one step (or, as `step@host`, for one of its hosts). */
export interface HeadlessAnswer {
  readonly done?: boolean | undefined;
  readonly note?: string | undefined;
  readonly evidence?: Readonly<Record<string, EvidenceAnswer>> | undefined;
  /** Reason to try a failed write again. */
  readonly retry?: string | undefined;
  /** Reason to let it through despite its verdict. */
  readonly override?: string | undefined;
  /** Reason to leave it for later; needs an owner. */
  readonly defer?: string | undefined;
  readonly owner?: string | undefined;
}
export type HeadlessAnswers = Readonly<Record<string, HeadlessAnswer>>;

export type NextMove =
  | { readonly type: 'intent'; readonly intent: Intent }
  | { readonly type: 'ended' }
  | { readonly type: 'stop'; readonly why: 'failed' | 'needs-person'; readonly step: string; readonly target: string };

/** What this session has already tried, as `step@host`: a headless run never does the same thing over and over. */
export interface Tried {
  readonly run: ReadonlySet<string>;
  readonly probed: ReadonlySet<string>;
}

const waiver = 'Headless run: no checker can be connected';

/**
 * The next intent of a run without a person at the screen. It asks for nothing a person could not ask for, and stops
 * where a person is needed. Pure; call it only when no attempt is running.
 */
export function nextMove(state: RunState, answers: HeadlessAnswers, tried: Tried): NextMove {
  if (state.status === 'ended') return { type: 'ended' };
  if (state.status === 'created') return intend({ type: 'start-run' });
  if (state.status === 'held') return intend({ type: 'continue' });
  const step = state.plan.steps[state.current];
  const stands = state.steps[state.current];
  if (step === undefined || stands === undefined) return intend({ type: 'finish' });
  if (step.block !== null && state.block === null) return intend({ type: 'enter-block', block: step.block });
  return nextInStep(step, stands, answers, tried);
}

const intend = (intent: Intent): NextMove => ({ type: 'intent', intent });
const key = (step: PlanStep, target: string): string => `${step.id}@${target}`;

function nextInStep(step: PlanStep, stands: StepState, answers: HeadlessAnswers, tried: Tried): NextMove {
  const open = stands.targets.filter((target) => !isSettled(target.status));
  if (open.length === 0) return intend({ type: 'waive-countersignature', step: step.id, reason: waiver });
  const fresh = open.filter((target) => target.status === 'todo').map((target) => target.target);
  if (fresh.length > 0 && step.kind !== 'manual') {
    return intend({ type: 'run-step', step: step.id, targets: fresh, reason: null });
  }
  // One target that needs a person must not hide what can still be decided about the others.
  const moves = open.map((target) => nextOnTarget(step, target, answerFor(step, target.target, answers), tried));
  return moves.find((move) => move.type === 'intent') ?? moves[0] ?? { type: 'ended' };
}

/** A plain step id answers for a step with one target; with several, each host needs its own (`step@host`). */
function answerFor(step: PlanStep, target: string, answers: HeadlessAnswers): HeadlessAnswer | null {
  return answers[key(step, target)] ?? (step.targets.length === 1 ? (answers[step.id] ?? null) : null);
}

function nextOnTarget(step: PlanStep, target: TargetState, answer: HeadlessAnswer | null, tried: Tried): NextMove {
  const stop = (why: 'failed' | 'needs-person'): NextMove => ({
    type: 'stop',
    why,
    step: step.id,
    target: target.target,
  });
  switch (target.status) {
    case 'todo':
      return confirm(step, target, answer, null) ?? stop('needs-person');
    case 'unknown':
      return settleUnknown(step, target, answer, tried) ?? stop('needs-person');
    case 'failed':
    case 'inconclusive':
      return settleFailed(step, target, answer, tried) ?? stop('failed');
    case 'running':
    case 'passed':
    case 'deferred':
    case 'overridden':
      return stop('needs-person');
    default:
      return assertNever(target.status);
  }
}

function confirm(step: PlanStep, target: TargetState, answer: HeadlessAnswer | null, reason: string | null) {
  if (answer?.done === undefined || actionFor(step, target.target).kind !== 'manual') return null;
  return intend({
    type: 'confirm-manual',
    step: step.id,
    target: target.target,
    verdict: answer.done ? 'passed' : 'failed',
    evidence: { ...answer.evidence },
    note: answer.note ?? null,
    reason,
  });
}

/** An unknown is never run again blindly: its probe decides, or the person's word from the answers. */
function settleUnknown(
  step: PlanStep,
  target: TargetState,
  answer: HeadlessAnswer | null,
  tried: Tried,
): NextMove | null {
  const place = { step: step.id, target: target.target };
  if (step.effect === 'read') return tried.run.has(key(step, target.target)) ? null : again(step, target, null);
  if (
    step.kind !== 'manual' &&
    verifyFor(step, target.target) !== null &&
    !tried.probed.has(key(step, target.target))
  ) {
    return intend({ type: 'probe', ...place });
  }
  if (answer?.done === undefined) return null;
  const decision = answer.done ? 'was-done' : 'was-not-done';
  return intend({ type: 'decide', ...place, decision, reason: answer.note ?? 'Answers file', owner: null });
}

function settleFailed(
  step: PlanStep,
  target: TargetState,
  answer: HeadlessAnswer | null,
  tried: Tried,
): NextMove | null {
  const place = { step: step.id, target: target.target };
  const first = !tried.run.has(key(step, target.target));
  if (first && answer?.retry !== undefined) {
    return confirm(step, target, answer, answer.retry) ?? again(step, target, answer.retry);
  }
  // Reads may be repeated freely: a resumed run looks again before it gives up.
  if (first && step.effect === 'read' && step.kind !== 'manual') return again(step, target, null);
  if (answer?.override !== undefined) {
    return intend({ type: 'decide', ...place, decision: 'overridden', reason: answer.override, owner: null });
  }
  if (answer?.defer === undefined) return null;
  const owner = answer.owner ?? null;
  return intend({ type: 'decide', ...place, decision: 'deferred', reason: answer.defer, owner });
}

function again(step: PlanStep, target: TargetState, reason: string | null): NextMove {
  return intend({ type: 'run-step', step: step.id, targets: [target.target], reason });
}
