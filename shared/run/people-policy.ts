import { assertNever } from '../assert-never.ts';
import type { PlanStep } from '../checklist/plan.ts';
import { stepIndex } from '../checklist/plan-lookup.ts';
import type { SigningMode } from '../contract/events.ts';
import type { Intent, MirrorIntent, Refusal, RefusalCode } from '../contract/intents.ts';
import { rightAnswers } from '../people/handover-questions.ts';
import { waitingFor } from '../people/statements.ts';
import { samePerson } from './judged.ts';
import { nextNumber } from './people.ts';
import { atSafePoint } from './safe-point.ts';
import {
  isBusy,
  isRepeat,
  isSettled,
  lastAttempt,
  openRollback,
  type ParticipantState,
  type RunState,
  type SessionState,
  type StepState,
  type TargetState,
} from './state.ts';

type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;

const refuse = (code: RefusalCode, params: Readonly<Record<string, string>> = {}): Refusal => ({ code, params });

/** What the operator may ask about other people whether the run runs, is held or has not begun. */
export type PeopleIntent = IntentOf<
  'admit' | 'decline-participant' | 'dismiss' | 'answer-interruption' | 'offer-handover' | 'withdraw-handover'
>;

const peopleTypes: ReadonlySet<string> = new Set<PeopleIntent['type']>([
  'admit',
  'decline-participant',
  'dismiss',
  'answer-interruption',
  'offer-handover',
  'withdraw-handover',
]);

/** True for intents that are about people, not about steps. */
export function isPeopleIntent(intent: Intent): intent is PeopleIntent {
  return peopleTypes.has(intent.type);
}

/** May the operator do this with somebody now? */
export function mayWithPeople(state: RunState, intent: PeopleIntent): Refusal | null {
  switch (intent.type) {
    case 'admit':
      return mayAdmit(state, intent);
    case 'decline-participant':
      return mustStand(state, intent.participant, 'asking');
    case 'dismiss':
      return mustStand(state, intent.participant, 'admitted');
    case 'answer-interruption': {
      const found = state.interruptions.find((one) => one.interruption === intent.interruption);
      const open = found !== undefined && found.shownAt !== null && found.answer === null;
      return open ? null : refuse('no-such-interruption');
    }
    case 'offer-handover':
      return mayOffer(state, intent.participant);
    case 'withdraw-handover':
      return state.handover === null ? refuse('no-handover') : null;
    default:
      return assertNever(intent);
  }
}

/** The participant with this id, or null. */
export function participantOf(state: RunState, id: string): ParticipantState | null {
  return state.participants.find((one) => one.participant === id) ?? null;
}

function mustStand(state: RunState, id: string, standing: 'asking' | 'admitted'): Refusal | null {
  const found = participantOf(state, id);
  if (found === null) return refuse('no-such-participant', { participant: id });
  return found.standing === standing ? null : refuse(standing === 'asking' ? 'not-asking' : 'not-admitted');
}

/** Nobody approves themselves: in production the checker has another key and another machine. */
function mayAdmit(state: RunState, { participant, role }: IntentOf<'admit'>): Refusal | null {
  const asking = mustStand(state, participant, 'asking');
  const found = participantOf(state, participant);
  if (asking !== null || found === null) return asking;
  if (found.presence === 'gone') return refuse('not-asking');
  if (role === 'observer') return null;
  const other = admittedChecker(state);
  if (other !== null) return refuse('checker-already-there', { name: other.name });
  const own = state.sessions.at(-1)?.identity ?? null;
  if (own === null) return refuse('identity-needed');
  if (!state.plan.production) return null;
  if (own.publicKey === found.publicKey) return refuse('own-key', { name: found.name });
  return found.sameMachine ? refuse('own-machine', { name: found.name }) : null;
}

/** Who countersigns this run at the moment, or null; they may be gone. */
export function admittedChecker(state: RunState): ParticipantState | null {
  return state.participants.find((one) => one.standing === 'admitted' && one.role === 'checker') ?? null;
}

/** Production does not go on without the checker it has, except on its way back: a rollback waits for nobody. */
export function missesChecker(state: RunState): ParticipantState | null {
  if (!state.plan.production || openRollback(state) !== null) return null;
  const checker = admittedChecker(state);
  return checker?.presence === 'gone' ? checker : null;
}

/**
 * Whether this person counts as somebody else: in production nobody approves themselves. The operator of the moment is
 * the one whose key vouches for the session.
 */
export function mayBeSecond({ plan, sessions }: RunState, who: ParticipantState): Refusal | null {
  if (!plan.production) return null;
  const own = sessions.at(-1)?.identity ?? null;
  if (own === null) return refuse('identity-needed');
  return own.publicKey === who.publicKey ? refuse('own-key', { name: who.name }) : null;
}

/** Whether this person may say yes here: who worked on the step before the pen changed hands cannot say that it is so. */
export function mayVouch(state: RunState, who: ParticipantState, id: string, mode: SigningMode): Refusal | null {
  const same = mayBeSecond(state, who);
  if (same !== null || !state.plan.production) return same;
  const workedIn = mode === 'after' ? (state.steps[stepIndex(state.plan, id)]?.workedIn ?? []) : [];
  const theirs = state.sessions.some((one) => workedIn.includes(one.session) && isTheirs(one, who));
  return theirs ? refuse('own-work', { name: who.name }) : null;
}

/** A session that no key vouched for is told by the name it was opened under. */
function isTheirs({ identity, person }: SessionState, who: ParticipantState): boolean {
  return identity === null ? samePerson(person, who.name) : identity.publicKey === who.publicKey;
}

function mayOffer(state: RunState, id: string): Refusal | null {
  if (state.handover !== null) return refuse('handover-under-way');
  if (state.status === 'created') return refuse('not-started');
  const found = participantOf(state, id);
  if (found === null) return refuse('no-such-participant', { participant: id });
  if (found.standing !== 'admitted' || found.role !== 'checker') return refuse('not-admitted');
  return found.presence === 'gone' ? refuse('checker-gone', { name: found.name }) : atSafePoint(state);
}

/** An atomic block is not entered over something urgent that was shown and not answered. */
export function mayIgnoreInterruptions(state: RunState): Refusal | null {
  const open = state.interruptions.find(
    (one) => one.shownAt !== null && one.answer === null && one.urgency !== 'later',
  );
  return open === undefined ? null : refuse('interruptions-waiting', { from: open.from });
}

/** Where the run is about to pause, outside a block nothing new begins: it pauses when what runs has ended. */
export function mayStillBegin(state: RunState): Refusal | null {
  if (state.block !== null) return null;
  if (state.holdRequest !== null) return refuse('hold-requested', { by: state.holdRequest.by });
  const missed = missesChecker(state);
  return missed === null ? null : refuse('checker-gone', { name: missed.name });
}

/** True when an attempt here needs the checker's yes beforehand. */
export function needsPermission(state: RunState, step: PlanStep, target: TargetState): boolean {
  if (step.countersign === 'before' || step.countersign === 'both') return true;
  // A write runs once: again only with a reason and, in production, with the second person's yes (or, where there is
  // nobody, with a waiver that says so).
  const again = step.effect === 'write' && isRepeat(target);
  const two = state.plan.people.checkers > 0 || admittedChecker(state) !== null;
  return again && state.plan.production && two;
}

/** The next attempt here (or the offered move `choice`) was allowed by the checker, or needs no permission. */
export function mayWithPermission(
  state: RunState,
  step: PlanStep,
  target: TargetState,
  choice: string | null = null,
): Refusal | null {
  if (!needsPermission(state, step, target)) return null;
  const { permitted = {}, permittedAs = {} } = state.steps[stepIndex(state.plan, step.id)] ?? {};
  const { target: name } = target;
  if (permitted[name] === nextNumber(target) && (permittedAs[name] ?? null) === choice) return null;
  return refuse('permission-missing', { step: step.id, target: name });
}

/** May the operator ask the checker for these attempts? */
export function mayAskPermission(
  state: RunState,
  step: PlanStep,
  stands: StepState,
  names: readonly string[],
  choice: string | null,
): Refusal | null {
  if (stands.permission !== null) return refuse('permission-waiting', { step: step.id });
  for (const name of names) {
    const target = stands.targets.find((one) => one.target === name);
    const params = { step: step.id, target: name };
    if (target === undefined) return refuse('no-such-target', params);
    if (isBusy(target)) return refuse('attempt-running', params);
    if (isSettled(target.status)) return refuse('already-settled', params);
    if (target.status === 'unknown' && step.effect === 'write') return refuse('unknown-must-be-decided', params);
    if (choice !== null && lastAttempt(target)?.offers.includes(choice) !== true)
      return refuse('not-offered', { ...params, choice });
    if (mayWithPermission(state, step, target, choice) === null)
      return refuse('permission-not-needed', { target: name });
  }
  return null;
}

/** Going on without a countersignature: only where one is waited for, and only when nobody is there who may give it. */
export function mayWaive(state: RunState, id: string): Refusal | null {
  const mode = waitingFor(state, id);
  if (mode === null) return refuse('no-countersignature-waiting', { step: id });
  const checker = admittedChecker(state);
  if (checker?.presence !== 'here' || mayVouch(state, checker, id, mode) !== null) return null;
  return refuse('checker-here', { name: checker.name });
}

/**
 * May somebody on another computer do this now? Pure, so that their screen can say why not in the same words.
 * Statements and signatures are proved besides (`shared/people/proof.ts`).
 */
export function mayFrom(state: RunState, id: string, intent: MirrorIntent): Refusal | null {
  const who = participantOf(state, id);
  if (who === null || who.standing !== 'admitted') return refuse('not-admitted');
  if (state.penWith !== null) return refuse('handed-over');
  if (intent.type === 'leave') return null;
  if (who.role !== 'checker') return refuse('not-allowed');
  if (state.status === 'ended') return refuse('run-ended');
  switch (intent.type) {
    case 'open-evidence':
      return mustWait(state, intent);
    case 'countersign':
      return (
        mustWait(state, intent) ?? mayVouch(state, who, intent.step, intent.mode) ?? mustHaveOpened(state, id, intent)
      );
    case 'reject':
      return mustWait(state, intent) ?? mustHaveOpened(state, id, intent);
    case 'log-interruption':
      return null;
    case 'request-hold':
      if (state.status !== 'running') return refuse(state.status === 'held' ? 'run-held' : 'not-started');
      return state.holdRequest === null ? null : refuse('hold-requested', { by: state.holdRequest.by });
    case 'accept-handover':
    case 'decline-handover':
      return mayAnswerOffer(state, id, intent);
    case 'sign-glass':
      return mayAnswerGlass(state) ?? mayBeSecond(state, who);
    case 'refuse-glass':
      return mayAnswerGlass(state);
    default:
      return assertNever(intent);
  }
}

/** There is a glass to take back, sign or refuse; what was signed is settled. */
export function mayAnswerGlass({ lockdown }: RunState): Refusal | null {
  return lockdown.glass === null || lockdown.glass.signedBy !== null ? refuse('glass-not-asked') : null;
}

interface Signed {
  readonly step: string;
  readonly mode: SigningMode;
  readonly statement: string;
}

function mustWait(state: RunState, { step, mode }: Signed): Refusal | null {
  if (stepIndex(state.plan, step) < 0) return refuse('no-such-step', { step });
  return waitingFor(state, step) === mode ? null : refuse('no-countersignature-waiting', { step });
}

function mustHaveOpened(state: RunState, id: string, { step, mode, statement }: Signed): Refusal | null {
  const opened = state.steps[stepIndex(state.plan, step)]?.opened ?? [];
  const seen = opened.some((one) => one.participant === id && one.mode === mode && one.statement === statement);
  return seen ? null : refuse('evidence-not-opened', { step });
}

function mayAnswerOffer(
  state: RunState,
  id: string,
  intent: Extract<MirrorIntent, { type: 'accept-handover' | 'decline-handover' }>,
): Refusal | null {
  if (state.handover?.participant !== id) return refuse('no-handover');
  if (intent.type === 'decline-handover') return null;
  const unsafe = atSafePoint(state);
  if (unsafe !== null) return unsafe;
  // Its end is still to be recorded here, and could not be any more.
  if (state.lockdown.status === 'locked') return refuse('lock-still-on');
  if (intent.head.seq !== state.seq || intent.head.hash !== state.head) return refuse('statement-changed');
  return rightAnswers(state, intent.answers) ? null : refuse('answers-wrong');
}
