import type { PlanStep } from '../checklist/plan.ts';
import { actionFor, writtenId } from '../checklist/plan-lookup.ts';
import type { RunState, TargetState } from '../run/state.ts';
import type { SnapshotAction, SnapshotResult } from './actions/snapshot.ts';

/** The part of a snapshot step that belongs to one target: a step in batches has a part for each of them. */
export interface SnapshotPart {
  readonly step: PlanStep;
  readonly action: SnapshotAction;
}

/** Finds the snapshot step of this name for a target, or null when it has no part there. */
export function snapshotPart(steps: readonly PlanStep[], name: string, target: string): SnapshotPart | null {
  for (const step of steps) {
    if (writtenId(step) !== name || !step.targets.includes(target)) continue;
    const action = actionFor(step, target);
    if (action.kind === 'snapshot') return { step, action };
  }
  return null;
}

/** A snapshot that was taken, and by which attempt. */
export interface TakenSnapshot {
  readonly attempt: string;
  readonly result: SnapshotResult;
}

/** The newest snapshot that passed on this target in this run, or null. */
export function takenSnapshot(state: RunState, name: string, target: string): TakenSnapshot | null {
  const part = snapshotPart(state.plan.steps, name, target);
  const index = part === null ? -1 : state.plan.steps.indexOf(part.step);
  const stands: TargetState | undefined = state.steps[index]?.targets.find((one) => one.target === target);
  const attempt = stands?.attempts.findLast(
    (one) => one.verdict === 'passed' && one.purpose === 'step' && one.result?.kind === 'snapshot',
  );
  if (attempt?.result?.kind !== 'snapshot') return null;
  return { attempt: attempt.attempt, result: attempt.result };
}

/** Names of the snapshot steps with their targets, for the message of a comparison that finds none. */
export function snapshotNames(steps: readonly PlanStep[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const step of steps) {
    if (step.kind !== 'snapshot') continue;
    const name = writtenId(step);
    names.set(name, [...(names.get(name) ?? []), ...step.targets]);
  }
  return names;
}
