import type { Plan } from '../checklist/plan.ts';
import type { RunEvent } from '../contract/events.ts';
import type { Intent, Refusal, RefusalCode } from '../contract/intents.ts';
import type { PreflightCheck } from '../contract/lockdown.ts';
import { covers } from './decision-covers.ts';
import { admittedChecker, mayBeSecond } from './people-policy.ts';
import { atSafePoint } from './safe-point.ts';
import type { ParticipantState, RunState } from './state.ts';

type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;

const refuse = (code: RefusalCode, params: Readonly<Record<string, string>> = {}): Refusal => ({ code, params });

/**
 * True while the operator should be locked in: from the first hot step to the last one, on the way back, and inside any
 * atomic block. A run on hold is never locked; that is what a pause is.
 */
export function lockdownWanted(state: RunState): boolean {
  const { lockdown, mode, status, penWith } = state;
  if (!lockdown.on || mode !== 'app' || status !== 'running' || penWith !== null) return false;
  return lockdown.status !== 'broken' && (state.block !== null || isHot(state));
}

/** Between the first hot step and the last, or while rolling back. */
function isHot({ plan, current }: RunState): boolean {
  const kind = kindAt(plan, current);
  if (kind === undefined || kind === 'hot' || kind === 'rollback') return kind !== undefined;
  const { first, last } = hotSpan(plan);
  return first < current && current < last;
}

/** Undefined behind the last step. */
function kindAt({ phases, steps }: Plan, index: number): Plan['phases'][number]['kind'] | undefined {
  return phases[steps[index]?.phase ?? -1]?.kind;
}

interface HotSpan {
  readonly first: number;
  readonly last: number;
}

/** Asked after every record and by every button, of plans with thousands of steps: a plan never changes, so once each. */
const hotSpans = new WeakMap<Plan, HotSpan>();

function hotSpan(plan: Plan): HotSpan {
  const known = hotSpans.get(plan);
  if (known !== undefined) return known;
  const isHotStep = (_: unknown, index: number): boolean => kindAt(plan, index) === 'hot';
  const first = plan.steps.findIndex(isHotStep);
  // Without a hot step nothing lies between.
  const span = { first: first === -1 ? plan.steps.length : first, last: plan.steps.findLastIndex(isHotStep) };
  hotSpans.set(plan, span);
  return span;
}

/** What a person has to mend or decide before production goes on: sensed as not good, and not decided as it is. */
export function openChecks({ plan, lockdown }: Pick<RunState, 'plan' | 'lockdown'>): readonly PreflightCheck[] {
  if (!plan.production) return [];
  const decided = (check: PreflightCheck): boolean => lockdown.decisions.some((decision) => covers(decision, check));
  return lockdown.checks.filter((check) => needsDecision(check.status) && !decided(check));
}

/** `ok` and `later` need nobody. */
export function needsDecision(status: PreflightCheck['status']): boolean {
  return status !== 'ok' && status !== 'later';
}

/** May the run begin like this? In production leaving lockdown off, and everything that is not as it should be, has its reason. */
export function mayStart(
  state: Pick<RunState, 'plan' | 'lockdown'>,
  { lockdown, decisions = [] }: Omit<IntentOf<'start-run'>, 'type'>,
): Refusal | null {
  if (lockdown !== undefined && state.plan.production && !lockdown.on && lockdown.reason === null)
    return refuse('needs-reason');
  const strange = decisions.find(({ item }) => !state.lockdown.checks.some((check) => check.item === item));
  if (strange !== undefined) return refuse('no-such-check', { item: strange.item });
  const open = openChecks(state).find(({ item }) => !decisions.some((decided) => decided.item === item));
  return open === undefined ? null : refuse('check-open', { item: open.item });
}

/** What was found can be gone past only where it stands open. */
export function mayDecideCheck(state: RunState, { item }: IntentOf<'decide-check'>): Refusal | null {
  return openChecks(state).some((check) => check.item === item) ? null : refuse('no-such-check', { item });
}

/** Nothing of a hot phase begins before the lock is in place, and nothing at all after the glass was broken. */
export function mayUnlocked(state: RunState): Refusal | null {
  const { status } = state.lockdown;
  return status === 'broken' || (lockdownWanted(state) && status !== 'locked') ? refuse('lockdown-to-come') : null;
}

/** A pause opens the lock, so it says for how long. */
export function mayHold(state: RunState, { minutes }: IntentOf<'hold'>): Refusal | null {
  const unsafe = atSafePoint(state);
  if (unsafe !== null) return unsafe;
  return state.lockdown.status === 'locked' && minutes === undefined ? refuse('minutes-missing') : null;
}

/** Out of an atomic block there is only its restoration. */
export function mayBreakGlass(state: RunState): Refusal | null {
  if (state.lockdown.status !== 'locked') return refuse('not-locked');
  if (state.lockdown.glass !== null) return refuse('glass-asked-already');
  const unsafe = atSafePoint(state);
  return unsafe?.code === 'in-atomic-block' ? unsafe : null;
}

/**
 * What follows from a glass by itself: it breaks when it is signed or nobody is there to sign, never inside an atomic
 * block; then the run pauses. Each can follow once: a broken glass is not asked for any more, a held run not held again.
 */
export function glassConsequences(state: RunState): readonly RunEvent[] {
  const { glass, glasses, status } = state.lockdown;
  if (glass !== null && state.block === null && (glass.signedBy !== null || glassWaitsFor(state) === null)) {
    return [{ type: 'glass-broken', data: { reason: glass.reason, signedBy: glass.signedBy } }];
  }
  const broken = glasses.at(-1);
  if (broken === undefined || status !== 'broken') return [];
  if (state.status !== 'running' || atSafePoint(state) !== null) return [];
  return [{ type: 'run-held', data: { reason: broken.reason, cause: 'glass', minutes: null } }];
}

/** The checker whose signature the glass waits for: only one who is there and, in production, is somebody else. */
export function glassWaitsFor(state: RunState): ParticipantState | null {
  const checker = admittedChecker(state);
  return checker?.presence === 'here' && mayBeSecond(state, checker) === null ? checker : null;
}
