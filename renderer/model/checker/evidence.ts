import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import type { SigningMode } from '../../../shared/contract/events.ts';
import type { LinkView, SigningView } from '../../../shared/contract/ipc/people.ts';
import { waitingFor } from '../../../shared/people/statements.ts';
import {
  type AttemptState,
  lastAttempt,
  type RunState,
  type StepState,
  type TargetState,
} from '../../../shared/run/state.ts';
import type { Action } from '../../../shared/steps/actions.ts';

/** What the checker is asked to sign on one target. */
export interface EvidenceItem {
  readonly target: TargetState;
  /** Before: what would be done. Afterwards: what was done. */
  readonly action: Action;
  /** The attempt that is signed for; null before, and where nothing was run. */
  readonly attempt: AttemptState | null;
  /** Number of the attempt that is asked for; null afterwards. */
  readonly asked: number | null;
  /** Why it was run more than once, in order. */
  readonly repeats: readonly string[];
}

/** What waits for the checker's signature. */
export interface Evidence {
  readonly step: PlanStep;
  readonly mode: SigningMode;
  /** Why the operator asks (for a repeat); null where entering the step asked. */
  readonly reason: string | null;
  /** The offered move that is asked for (`kill`), or null for the step itself. */
  readonly choice: string | null;
  /** What went wrong first, then in the checklist's order. */
  readonly items: readonly EvidenceItem[];
}

/** What waits for a signature at the current step, or null. */
export function waitingEvidence(state: RunState): Evidence | null {
  const step = state.plan.steps[state.current];
  const stands = state.steps[state.current];
  const mode = step === undefined ? null : waitingFor(state, step.id);
  if (step === undefined || stands === undefined || mode === null) return null;
  const items = stated(stands, mode).map((target) => itemOf(step, stands, target, mode));
  const asked = mode === 'before' ? stands.permission : null;
  const { reason = null, choice = null } = asked ?? {};
  return { step, mode, reason, choice, items: inOrder(items, mode) };
}

function stated({ targets, permission }: StepState, mode: SigningMode): readonly TargetState[] {
  if (mode === 'after') return targets;
  return targets.filter(({ target }) => permission?.targets.some((asked) => asked.target === target) === true);
}

function itemOf(step: PlanStep, stands: StepState, target: TargetState, mode: SigningMode): EvidenceItem {
  const asked = stands.permission?.targets.find((one) => one.target === target.target)?.number ?? null;
  const tries = target.attempts.filter(({ purpose }) => purpose === 'step');
  return {
    target,
    action: actionFor(step, target.target),
    // What is asked for beforehand has not been tried; what was tried earlier stands with its reasons.
    attempt: mode === 'before' ? null : lastAttempt(target),
    asked: mode === 'before' ? asked : null,
    repeats: tries.flatMap(({ reason }) => (reason === null ? [] : [reason])),
  };
}

/** 0: look here first. Anything that a person let through, or that is not a plain pass, comes before what passed. */
export function gravity({ target, repeats, attempt }: EvidenceItem): 0 | 1 | 2 {
  if (attempt !== null && attempt.verdict !== 'passed') return 0;
  if (target.decision !== null || target.status !== 'passed') return 0;
  if (attempt?.paper != null) return 1;
  return repeats.length > 0 || Object.keys(target.judgements).length > 0 ? 1 : 2;
}

function inOrder(items: readonly EvidenceItem[], mode: SigningMode): readonly EvidenceItem[] {
  if (mode === 'before') return items;
  return items.toSorted((a, b) => gravity(a) - gravity(b));
}

/** How far the checker is with what waits. */
export type SigningStage =
  /** Nothing waits. */
  | 'quiet'
  /** This machine has not worked out yet what would be signed. */
  | 'preparing'
  /** Output that the statement binds is still being copied. */
  | 'copying'
  | 'to-open'
  /** It was opened, and something was recorded since. */
  | 'changed'
  | 'to-sign';

/** Where the checker stands with the evidence; `opened` as the journal says, so that a second window agrees. */
export function signingStage(
  state: RunState,
  participant: LinkView['participant'],
  evidence: Evidence | null,
  statement: SigningView | null,
): SigningStage {
  if (evidence === null) return 'quiet';
  const { step, mode } = evidence;
  if (statement === null || statement.step !== step.id || statement.mode !== mode) return 'preparing';
  const mine = state.steps[state.current]?.opened.find((one) => one.participant === participant && one.mode === mode);
  if (mine !== undefined && mine.statement === statement.statement) return 'to-sign';
  if (!statement.complete) return 'copying';
  return mine === undefined ? 'to-open' : 'changed';
}

/** Targets that are not what they were when the evidence was opened. */
export function changedSince(before: Evidence, now: Evidence): readonly string[] {
  const seen = new Map(before.items.map((item) => [item.target.target, trace(item)]));
  return now.items.filter((item) => seen.get(item.target.target) !== trace(item)).map(({ target }) => target.target);
}

/** All that is recorded of a target, in one string. */
function trace({ target: { records }, asked }: EvidenceItem): string {
  return `${asked ?? ''}/${records.join(' ')}`;
}

/** A name for "the same thing to sign", so that a press meant for one never meets another. */
export function signingIdentity(stage: SigningStage, statement: SigningView | null): string {
  return `${stage}/${statement?.step ?? ''}/${statement?.mode ?? ''}/${statement?.statement ?? ''}`;
}
