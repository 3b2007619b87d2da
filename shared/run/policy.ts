import { assertNever } from '../assert-never.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { actionFor, DESK, stepIndex, verifyFor } from '../checklist/plan-lookup.ts';
import type { EvidenceAnswer, Intent, Refusal, RefusalCode } from '../contract/intents.ts';
import type { EvidenceField } from '../steps/actions.ts';
import { mayAddNote, mayBeThatSheet, mayRecordPaper } from './afterwards.ts';
import { samePerson } from './judged.ts';
import { mayBreakGlass, mayDecideCheck, mayHold, mayStart, mayUnlocked } from './lockdown.ts';
import {
  isPeopleIntent,
  mayAnswerGlass,
  mayAskPermission,
  mayIgnoreInterruptions,
  mayStillBegin,
  mayWaive,
  mayWithPeople,
  mayWithPermission,
  missesChecker,
} from './people-policy.ts';
import { mayBeginRollback } from './rollback-plan.ts';
import { atSafePoint } from './safe-point.ts';
import {
  currentStep,
  isBusy,
  isRepeat,
  isSettled,
  lastAttempt,
  openRollback,
  type RunState,
  type TargetState,
} from './state.ts';

type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;
type Decide = IntentOf<'decide'>['decision'];

const refuse = (code: RefusalCode, params: Readonly<Record<string, string>> = {}): Refusal => ({ code, params });

/**
 * May this intent happen now? Null means yes; otherwise why not. Pure, so that a screen can grey out a button with
 * the same words with which the controller would refuse it.
 */
export function may(state: RunState, intent: Intent): Refusal | null {
  return mayInThisStatus(state, intent) ?? mayByItself(state, intent);
}

/** What the run's status alone forbids. */
function mayInThisStatus(state: RunState, intent: Intent): Refusal | null {
  const { type } = intent;
  if (state.penWith !== null) return refuse('handed-over');
  if (isPeopleIntent(intent) && state.status !== 'ended') return null;
  switch (state.status) {
    case 'ended':
      return type === 'file-analysis' || type === 'add-note' ? null : refuse('run-ended');
    case 'created':
      return type === 'start-run' || type === 'abandon' ? null : refuse('not-started');
    case 'held':
      return mayWhileHeld(type);
    case 'running':
      if (type === 'continue') return refuse('not-held');
      return type === 'start-run' ? refuse('already-started') : null;
    default:
      return assertNever(state.status);
  }
}

const whileHeld: ReadonlySet<string> = new Set<Intent['type']>([
  'continue',
  'abandon',
  'cancel-attempt',
  'begin-rollback',
  'decide-check',
  'add-note',
]);

function mayWhileHeld(type: Intent['type']): Refusal | null {
  if (whileHeld.has(type)) return null;
  return type === 'start-run' ? refuse('already-started') : refuse('run-held');
}

function mayByItself(state: RunState, intent: Intent): Refusal | null {
  if (isPeopleIntent(intent)) return mayWithPeople(state, intent);
  switch (intent.type) {
    case 'start-run':
      return mayStart(state, intent);
    case 'continue':
      return mayContinue(state);
    case 'enter-block':
      return mayEnterBlock(state, intent.block);
    case 'run-step':
      return mayRunStep(state, intent);
    case 'confirm-manual':
      return mayConfirm(state, intent);
    case 'cancel-attempt':
      return state.running[intent.attempt] === undefined ? refuse('attempt-not-running') : null;
    case 'probe':
      return mayProbe(state, intent);
    case 'decide':
      return mayDecide(state, intent);
    case 'waive-countersignature':
      return mayWaive(state, intent.step);
    case 'ask-permission':
      return mayAsk(state, intent);
    case 'judge':
      return mayJudge(state, intent);
    case 'record-paper':
      return mayBeThatSheet(state, intent.sheet) ?? mayRecordPaper(state, intent);
    case 'add-note':
      return mayAddNote(state, intent);
    case 'approve':
      return mayApprove(state, intent);
    case 'accept-no-return':
      return mayAcceptNoReturn(state, intent.step);
    case 'begin-rollback':
      return mayBeginRollback(state, intent);
    case 'file-analysis':
      return state.result === 'rolled-back' ? null : refuse('no-analysis-needed');
    case 'hold':
      return mayHold(state, intent);
    case 'decide-check':
      return mayDecideCheck(state, intent);
    case 'break-glass':
      return mayBreakGlass(state);
    case 'withdraw-glass':
      return mayAnswerGlass(state);
    case 'abandon':
      return atSafePoint(state);
    case 'finish':
      if (state.current < state.steps.length || openRollback(state) !== null)
        return refuse('steps-open', { step: currentStep(state)?.id ?? '' });
      return atSafePoint(state);
    default:
      return assertNever(intent);
  }
}

/** Not while the pen is on offer, and in production not without the checker. */
function mayContinue(state: RunState): Refusal | null {
  if (state.handover !== null) return refuse('handover-under-way');
  const missed = missesChecker(state);
  return missed === null ? null : refuse('checker-gone', { name: missed.name });
}

/** Nothing new begins where the run is about to pause, or before the lock is in place. */
function mayBegin(state: RunState): Refusal | null {
  return mayStillBegin(state) ?? mayUnlocked(state);
}

function mayAsk(state: RunState, { step: id, targets, choice }: IntentOf<'ask-permission'>): Refusal | null {
  const step = atCurrentStep(state, id, true);
  if (isRefusal(step)) return step;
  const stands = state.steps[state.current];
  return stands === undefined ? refuse('no-such-step') : mayAskPermission(state, step, stands, targets, choice ?? null);
}

function mayEnterBlock(state: RunState, block: number): Refusal | null {
  if (state.block !== null) return refuse('block-already-entered');
  if (currentStep(state)?.block !== block) return refuse('not-the-current-step', currentParams(state));
  // Who asks to get out does not first go where there is no way out.
  if (state.lockdown.glass !== null) return refuse('glass-asked-already');
  return mayBegin(state) ?? mayIgnoreInterruptions(state);
}

function currentParams(state: RunState): Record<string, string> {
  return { current: currentStep(state)?.id ?? '' };
}

/**
 * The step must be the current one and, where it lies in an atomic block, the block must have been entered; only
 * taking a host out and asking the checker are rather done before the block than inside of it.
 */
function atCurrentStep(state: RunState, id: string, beforeBlock = false): Refusal | PlanStep {
  const index = stepIndex(state.plan, id);
  const step = state.plan.steps[index];
  if (step === undefined) return refuse('no-such-step', { step: id });
  if (index !== state.current) return refuse('not-the-current-step', { step: id, ...currentParams(state) });
  if (step.block !== null && state.block !== step.block && !beforeBlock) {
    return refuse('block-not-entered', { block: state.plan.blocks[step.block]?.title ?? '' });
  }
  return step;
}

function targetOf(state: RunState, name: string): TargetState | null {
  return state.steps[state.current]?.targets.find((target) => target.target === name) ?? null;
}

const isRefusal = (value: Refusal | PlanStep): value is Refusal => 'code' in value && 'params' in value;

function mayRunStep(state: RunState, intent: IntentOf<'run-step'>): Refusal | null {
  const step = atCurrentStep(state, intent.step);
  if (isRefusal(step)) return step;
  if (step.kind === 'manual' || step.kind === 'approval') return refuse('wrong-kind', { step: step.id });
  const notYet = mayBegin(state) ?? mayPassPoint(state, step) ?? mayBeginBatch(state, step);
  if (notYet !== null) return notYet;
  if (new Set(intent.targets).size !== intent.targets.length) return refuse('attempt-running', { step: step.id });
  for (const name of intent.targets) {
    const target = targetOf(state, name);
    if (target === null) return refuse('no-such-target', { step: step.id, target: name });
    const refusal =
      mayRunTarget(step, target, intent.reason) ??
      mayChoose(step, target, intent.choice) ??
      mayWithPermission(state, step, target, intent.choice ?? null) ??
      maySay(state, step, intent.text);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Where a person sits at the screen, nothing is announced that they did not see. */
function maySay(state: RunState, step: PlanStep, text: string | undefined): Refusal | null {
  if (step.kind !== 'announce' || state.mode === 'headless' || text?.trim()) return null;
  return refuse('text-missing', { step: step.id });
}

/** A move must have been offered by the attempt before it. */
function mayChoose(step: PlanStep, target: TargetState, choice: string | undefined): Refusal | null {
  if (choice === undefined || lastAttempt(target)?.offers.includes(choice) === true) return null;
  return refuse('not-offered', { step: step.id, target: target.target, choice });
}

/** A step after which there is no way back runs only once somebody went past that point, asked afresh. */
function mayPassPoint(state: RunState, step: PlanStep): Refusal | null {
  if (step.pointOfNoReturn === null || state.steps[state.current]?.noReturn !== null) return null;
  return refuse('no-return-not-accepted', { step: step.id });
}

/** No further batch begins once more hosts have failed than the checklist allows. */
function mayBeginBatch(state: RunState, { batch }: PlanStep): Refusal | null {
  if (batch === null || batch.ceiling === null || batch.index === 1) return null;
  const failed = failedHosts(state).length;
  if (failed <= batch.ceiling) return null;
  return refuse('failure-ceiling', { failed: String(failed), ceiling: String(batch.ceiling) });
}

/** Hosts that were declared failed and taken out. */
export function failedHosts(state: RunState): readonly string[] {
  const failed = state.steps.flatMap((step) =>
    step.targets.filter((target) => target.decision?.decision === 'failed').map((target) => target.target),
  );
  return [...new Set(failed)];
}

/** A write runs once: again only with a reason, and an unknown only after it was decided. Reads repeat freely. */
function mayRunTarget(step: PlanStep, target: TargetState, reason: string | null): Refusal | null {
  const params = { step: step.id, target: target.target };
  if (isBusy(target)) return refuse('attempt-running', params);
  if (isSettled(target.status)) return refuse('already-settled', params);
  if (step.effect === 'read') return null;
  if (target.status === 'unknown') return refuse('unknown-must-be-decided', params);
  return isRepeat(target) && reason === null ? refuse('needs-reason', params) : null;
}

function mayConfirm(state: RunState, intent: IntentOf<'confirm-manual'>): Refusal | null {
  const step = atCurrentStep(state, intent.step);
  if (isRefusal(step)) return step;
  const action = actionFor(step, intent.target);
  if (action.kind !== 'manual') return refuse('wrong-kind', { step: step.id });
  const notYet = mayBegin(state) ?? mayPassPoint(state, step) ?? mayBeginBatch(state, step);
  if (notYet !== null) return notYet;
  const target = targetOf(state, intent.target);
  if (target === null) return refuse('no-such-target', { step: step.id, target: intent.target });
  if (isBusy(target)) return refuse('attempt-running', { step: step.id, target: intent.target });
  if (isSettled(target.status)) return refuse('already-settled', { step: step.id, target: intent.target });
  if (isRepeat(target) && intent.reason === null) return refuse('needs-reason', { step: step.id });
  const forbidden = mayWithPermission(state, step, target);
  if (forbidden !== null) return forbidden;
  if (intent.verdict === 'failed') return intent.note?.trim() ? null : refuse('needs-reason', { step: step.id });
  return mayUseEvidence(action.evidence, intent.evidence);
}

/** Every required field answered, every answer of its field's type, nothing that was not asked for. */
function mayUseEvidence(
  fields: readonly EvidenceField[],
  answers: Readonly<Record<string, EvidenceAnswer>>,
): Refusal | null {
  const stray = Object.keys(answers).find((name) => !fields.some((field) => field.name === name));
  if (stray !== undefined) return refuse('evidence-wrong-type', { field: stray, type: '-' });
  for (const field of fields) {
    const answer = answers[field.name];
    const empty = answer === undefined || answer === '';
    if (empty && field.required) return refuse('evidence-missing', { field: field.label || field.name });
    if (!empty && !isOfType(field, answer)) {
      return refuse('evidence-wrong-type', { field: field.label || field.name, type: field.type });
    }
  }
  return null;
}

function isOfType(field: EvidenceField, answer: EvidenceAnswer): boolean {
  switch (field.type) {
    case 'text':
      return typeof answer === 'string';
    case 'number':
      return typeof answer === 'number' && Number.isFinite(answer);
    case 'link':
      return typeof answer === 'string' && /^https?:\/\/[^\s]+$/i.test(answer);
    case 'choice':
      return typeof answer === 'string' && field.options.includes(answer);
    case 'file':
      return typeof answer === 'object';
    default:
      return assertNever(field.type);
  }
}

function mayProbe(state: RunState, intent: IntentOf<'probe'>): Refusal | null {
  const step = atCurrentStep(state, intent.step);
  if (isRefusal(step)) return step;
  const target = targetOf(state, intent.target);
  const params = { step: step.id, target: intent.target };
  if (target === null) return refuse('no-such-target', params);
  if (isBusy(target)) return refuse('attempt-running', params);
  if (target.status !== 'unknown') return refuse('not-unknown', params);
  return verifyFor(step, intent.target) === null ? refuse('no-probe', params) : mayBegin(state);
}

/** Which decisions a status leaves open. What passed, runs or was decided already needs none. */
export function decisionsFor(target: TargetState): readonly Decide[] {
  if (isBusy(target)) return [];
  const out: readonly Decide[] = target.target === DESK ? [] : ['excluded', 'failed'];
  switch (target.status) {
    case 'failed':
    case 'inconclusive':
      return ['overridden', 'deferred', ...out];
    case 'unknown':
      // A host that never comes back must not hold up the others; what ran there stays unknown for ever.
      return ['was-done', 'was-not-done', ...out.filter((decision) => decision === 'failed')];
    case 'todo':
      return ['deferred', ...out.filter((decision) => decision === 'excluded')];
    case 'running':
    case 'passed':
    case 'deferred':
    case 'overridden':
    case 'excluded':
      return [];
    default:
      return assertNever(target.status);
  }
}

function mayDecide(state: RunState, intent: IntentOf<'decide'>): Refusal | null {
  const step = atCurrentStep(state, intent.step, intent.decision === 'excluded');
  if (isRefusal(step)) return step;
  const target = targetOf(state, intent.target);
  const params = { step: step.id, target: intent.target, decision: intent.decision };
  if (target === null) return refuse('no-such-target', params);
  if (isBusy(target)) return refuse('attempt-running', params);
  if (!decisionsFor(target).includes(intent.decision)) return refuse('decision-not-possible', params);
  if (intent.decision !== 'deferred' && intent.decision !== 'excluded') return null;
  if (state.block !== null && openRollback(state) === null) {
    return refuse('in-atomic-block', { block: state.plan.blocks[state.block]?.title ?? '' });
  }
  if (intent.decision === 'excluded') return null;
  if (!intent.owner?.trim()) return refuse('owner-missing', params);
  return intent.due?.trim() ? null : refuse('due-missing', params);
}

function mayJudge(state: RunState, intent: IntentOf<'judge'>): Refusal | null {
  const step = atCurrentStep(state, intent.step);
  if (isRefusal(step)) return step;
  const target = targetOf(state, intent.target);
  const params = { step: step.id, target: intent.target, finding: intent.finding };
  if (target === null) return refuse('no-such-target', params);
  if (isBusy(target)) return refuse('attempt-running', params);
  if (isSettled(target.status)) return refuse('already-settled', params);
  const found = lastAttempt(target)?.findings.some((finding) => finding.id === intent.finding) ?? false;
  return found ? null : refuse('no-such-finding', params);
}

function mayApprove(state: RunState, intent: IntentOf<'approve'>): Refusal | null {
  const step = atCurrentStep(state, intent.step);
  if (isRefusal(step)) return step;
  const action = actionFor(step, intent.target);
  if (action.kind !== 'approval') return refuse('wrong-kind', { step: step.id });
  const target = targetOf(state, intent.target);
  const params = { step: step.id, target: intent.target, role: intent.role, person: intent.person };
  if (target === null) return refuse('no-such-target', params);
  if (isSettled(target.status)) return refuse('already-settled', params);
  if (!action.roles.some(({ role }) => role === intent.role)) return refuse('no-such-role', params);
  // Whoever works the run asks for the approval and cannot give it.
  if (state.sessions.some((session) => samePerson(session.person, intent.person)))
    return refuse('own-approval', params);
  const forbidden = mayWithPermission(state, step, target);
  if (forbidden !== null) return forbidden;
  const before = target.approvals.find((one) => samePerson(one.person, intent.person));
  const changesMind = before?.role === intent.role && before.answer !== intent.answer;
  return before === undefined || changesMind ? null : refuse('already-approved', params);
}

function mayAcceptNoReturn(state: RunState, id: string): Refusal | null {
  const step = atCurrentStep(state, id);
  if (isRefusal(step)) return step;
  if (step.pointOfNoReturn === null) return refuse('wrong-kind', { step: id });
  const accepted = state.steps[state.current]?.noReturn !== null;
  return accepted ? refuse('no-return-already-accepted', { step: id }) : null;
}
