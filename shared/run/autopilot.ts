import { assertNever } from '../assert-never.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { actionFor, verifyFor } from '../checklist/plan-lookup.ts';
import type { Judgement } from '../contract/events.ts';
import type { EvidenceAnswer, Intent } from '../contract/intents.ts';
import { mayWithPermission } from './people-policy.ts';
import { isRepeat, isSettled, lastAttempt, type RunState, type StepState, type TargetState } from './state.ts';

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
  /** When or by which step what was left for later is due. */
  readonly due?: string | undefined;
  /** Reason to go past a point of no return. */
  readonly 'no-return'?: string | undefined;
  /** Judgements of findings by their id, or by `*` for all: known, harmless or stop, with the reason. */
  readonly judge?: Readonly<Record<string, { readonly as: Judgement; readonly reason: string }>> | undefined;
  readonly approvals?:
    | readonly { readonly role: string; readonly person: string; readonly reason: string }[]
    | undefined;
  /** The move to take of those that the failed attempt offered, with `retry` as its reason. */
  readonly choice?: string | undefined;
  /** The text to send, where it should not be the drafted one. */
  readonly text?: string | undefined;
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

const repeatedAfterRestoration = 'Headless run: second try after the block was restored';
const waiver = 'Headless run: no checker can be connected';
const asking = 'Headless run: may this be done?';

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
  return askedFirst(state, step, stands, nextInStep(step, stands, answers, tried));
}

/** Where the move needs the checker's yes, that is asked for before it, and then waived like every other. */
function askedFirst(state: RunState, step: PlanStep, stands: StepState, move: NextMove): NextMove {
  if (move.type !== 'intent' || !isAttempt(move.intent)) return move;
  const { intent } = move;
  const choice = intent.type === 'run-step' ? intent.choice : undefined;
  const meant: readonly string[] = intent.type === 'run-step' ? intent.targets : [intent.target];
  const targets = stands.targets
    .filter((target) => meant.includes(target.target) && mayWithPermission(state, step, target, choice) !== null)
    .map((target) => target.target);
  if (targets.length === 0) return move;
  const reason = intent.reason ?? asking;
  return intend({
    type: 'ask-permission',
    step: step.id,
    targets,
    reason,
    ...(choice === undefined ? {} : { choice }),
  });
}

type AttemptIntent = Extract<Intent, { type: 'run-step' | 'confirm-manual' | 'approve' }>;

const isAttempt = (intent: Intent): intent is AttemptIntent =>
  intent.type === 'run-step' || intent.type === 'confirm-manual' || intent.type === 'approve';

const intend = (intent: Intent): NextMove => ({ type: 'intent', intent });
const key = (step: PlanStep, target: string): string => `${step.id}@${target}`;

function nextInStep(step: PlanStep, stands: StepState, answers: HeadlessAnswers, tried: Tried): NextMove {
  const open = stands.targets.filter((target) => !isSettled(target.status));
  const past = wholeAnswer(step, answers)?.['no-return'];
  if (step.pointOfNoReturn !== null && stands.noReturn === null && open.length > 0) {
    if (past !== undefined) return intend({ type: 'accept-no-return', step: step.id, reason: past });
    return { type: 'stop', why: 'needs-person', step: step.id, target: open[0]?.target ?? '' };
  }
  const asks = stands.permission !== null;
  if (open.length === 0 || asks) return intend({ type: 'waive-countersignature', step: step.id, reason: waiver });
  const fresh = open.filter((target) => target.status === 'todo').map((target) => target.target);
  if (fresh.length > 0 && step.kind !== 'manual' && step.kind !== 'approval') {
    const [repeated] = stands.targets.filter((target) => fresh.includes(target.target) && isRepeat(target));
    const reason = repeated === undefined ? null : (wholeAnswer(step, answers)?.retry ?? repeatedAfterRestoration);
    return intend({ type: 'run-step', step: step.id, targets: fresh, reason, ...textFor(step, answers) });
  }
  // One target that needs a person must not hide what can still be decided about the others.
  const moves = open.map((target) => nextOnTarget(step, target, answerFor(step, target.target, answers), tried));
  return moves.find((move) => move.type === 'intent') ?? moves[0] ?? { type: 'ended' };
}

/** A plain step id answers for a step with one target; with several, each host needs its own (`step@host`). */
function answerFor(step: PlanStep, target: string, answers: HeadlessAnswers): HeadlessAnswer | null {
  const whole = step.targets.length === 1 ? wholeAnswer(step, answers) : null;
  return answers[key(step, target)] ?? answers[`${step.base}@${target}`] ?? whole;
}

/**
 * What was answered for a step as a whole. The id as written speaks for what stands between batches, but never for the
 * hosts of several batches: no answer is inherited by another host.
 */
function wholeAnswer(step: PlanStep, answers: HeadlessAnswers): HeadlessAnswer | null {
  return answers[step.id] ?? (step.batch === null ? (answers[step.base] ?? null) : null);
}

function textFor(step: PlanStep, answers: HeadlessAnswers): { readonly text?: string } {
  const text = wholeAnswer(step, answers)?.text;
  return text === undefined ? {} : { text };
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
      return approve(step, target, answer) ?? confirm(step, target, answer, null) ?? stop('needs-person');
    case 'unknown':
      return settleUnknown(step, target, answer, tried) ?? stop('needs-person');
    case 'failed':
    case 'inconclusive':
      return judge(step, target, answer) ?? settleFailed(step, target, answer, tried) ?? stop('failed');
    case 'running':
    case 'passed':
    case 'deferred':
    case 'overridden':
    case 'excluded':
      return stop('needs-person');
    default:
      return assertNever(target.status);
  }
}

/** The next finding that an answer was given for beforehand. */
function judge(step: PlanStep, target: TargetState, answer: HeadlessAnswer | null): NextMove | null {
  for (const { id: finding } of lastAttempt(target)?.findings ?? []) {
    const judged = answer?.judge?.[finding] ?? answer?.judge?.['*'];
    if (judged === undefined || target.judgements[finding] !== undefined) continue;
    const { as: judgement, reason } = judged;
    return intend({ type: 'judge', step: step.id, target: target.target, finding, judgement, reason });
  }
  return null;
}

function approve(step: PlanStep, target: TargetState, answer: HeadlessAnswer | null): NextMove | null {
  if (step.kind !== 'approval') return null;
  const next = answer?.approvals?.find(
    ({ role, person }) => !target.approvals.some((given) => given.role === role && given.person === person),
  );
  if (next === undefined) return null;
  return intend({ type: 'approve', step: step.id, target: target.target, answer: 'approved', ...next });
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
    return confirm(step, target, answer, answer.retry) ?? again(step, target, answer.retry, answer.choice);
  }
  // Reads may be repeated freely: a resumed run looks again before it gives up.
  if (first && step.effect === 'read' && step.kind !== 'manual') return again(step, target, null);
  if (answer?.override !== undefined) {
    return intend({ type: 'decide', ...place, decision: 'overridden', reason: answer.override, owner: null });
  }
  if (answer?.defer === undefined) return null;
  const owner = answer.owner ?? null;
  const due = answer.due === undefined ? {} : { due: answer.due };
  return intend({ type: 'decide', ...place, decision: 'deferred', reason: answer.defer, owner, ...due });
}

function again(step: PlanStep, target: TargetState, reason: string | null, choice?: string): NextMove {
  const move = choice !== undefined && lastAttempt(target)?.offers.includes(choice) === true ? { choice } : {};
  return intend({ type: 'run-step', step: step.id, targets: [target.target], reason, ...move });
}
