import type { PlanStep } from '../checklist/plan.ts';
import { writtenId } from '../checklist/plan-lookup.ts';
import type { ComparedRun, ComparedSide, ComparedTarget, CompareView } from '../contract/ipc/compare.ts';
import type { AttemptState, RunState, TargetState } from '../run/state.ts';

/** Two runs side by side: what each step did on each target, and where they differ. */

/** Durations that are nearer than this, in milliseconds, or than a fifth of the longer one are the same. */
const NEARLY_MS = 1_000;
const NEARLY = 0.2;

/** SHA-256 of the text of an attempt's output: a recording's own hash has the times in it. Null: there is none. */
export type TextHashes = ReadonlyMap<string, string | null>;

/** Attempts whose output is compared. */
export function comparedAttempts({ steps }: RunState): readonly string[] {
  return steps.flatMap(({ targets }) => targets.flatMap((target) => recordedAttempt(target)?.attempt ?? []));
}

/** Compares two runs by the ids that the checklist writes: batches and rollback steps meet under the written one. */
export function compareRuns(
  left: RunState,
  right: RunState,
  hashes: { readonly left: TextHashes; readonly right: TextHashes },
): CompareView {
  const [mine, theirs] = [placesOf(left, hashes.left), placesOf(right, hashes.right)];
  const keys = merged([...mine.keys()], [...theirs.keys()]);
  return {
    left: comparedRun(left),
    right: comparedRun(right),
    sameChecklist: left.plan.name === right.plan.name,
    sameContent: left.contentHash === right.contentHash,
    targets: keys.map((key) => compared(mine.get(key) ?? null, theirs.get(key) ?? null)),
  };
}

function comparedRun(run: RunState): ComparedRun {
  const { runId, plan, result } = run;
  const startedAt = run.startedAt ?? run.createdAt;
  const durationMs = run.endedAt === null ? null : Date.parse(run.endedAt) - Date.parse(startedAt);
  const { title, environment, production, name: checklist } = plan;
  return { runId, title, environment, production, checklist, startedAt, durationMs, result };
}

/** One step on one target in one run; in a rollback or another batch the same step may have come several times. */
interface Place {
  readonly step: PlanStep;
  readonly code: string;
  readonly target: string;
  readonly side: ComparedSide;
}

function placesOf({ plan, steps }: RunState, hashes: TextHashes): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const visits = new Map<string, number>();
  for (const [index, stands] of steps.entries()) {
    const step = plan.steps[index];
    if (step === undefined) continue;
    for (const target of stands.targets) {
      const base = `${step.origin === 'rollback' ? 'rollback/' : ''}${writtenId(step)}/${target.target}`;
      const visit = visits.get(base) ?? 0;
      visits.set(base, visit + 1);
      places.set(`${base}/${visit}`, { step, code: step.code, target: target.target, side: sideOf(target, hashes) });
    }
  }
  return places;
}

/** The last attempt of the step itself that left a recording. */
function recordedAttempt(target: TargetState): AttemptState | undefined {
  return target.attempts.findLast(({ purpose, recordingPath }) => purpose === 'step' && recordingPath !== null);
}

function sideOf(target: TargetState, hashes: TextHashes): ComparedSide {
  const attempts = target.attempts.filter(({ purpose }) => purpose === 'step');
  const recorded = recordedAttempt(target);
  const durations = attempts.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return {
    status: target.undone === null ? target.status : 'undone',
    durationMs: durations.length === 0 ? null : durations.reduce((sum, ms) => sum + ms, 0),
    attempts: attempts.length,
    attempt: recorded?.attempt ?? null,
    sha256: hashes.get(recorded?.attempt ?? '') ?? null,
    decision: target.decision?.decision ?? null,
  };
}

function compared(left: Place | null, right: Place | null): ComparedTarget {
  const place = left ?? right;
  if (place === null) throw new Error('A step that is in neither run.');
  const [mine, theirs] = [left?.side ?? null, right?.side ?? null];
  return {
    step: writtenId(place.step),
    code: place.code,
    title: place.step.title,
    target: place.target,
    left: mine,
    right: theirs,
    differs: mine === null || theirs === null ? [] : differencesOf(mine, theirs),
  };
}

function differencesOf(left: ComparedSide, right: ComparedSide): ComparedTarget['differs'] {
  const found: ComparedTarget['differs'][number][] = [];
  if (left.status !== right.status) found.push('verdict');
  // Where only one of them ran it at all, the outcome says so; the rest would repeat it.
  if (left.attempts > 0 === right.attempts > 0) {
    if (!nearly(left.durationMs, right.durationMs)) found.push('duration');
    if (left.sha256 !== right.sha256) found.push('output');
    if (left.attempts !== right.attempts) found.push('attempts');
  }
  if (left.decision !== right.decision) found.push('decision');
  return found;
}

function nearly(left: number | null, right: number | null): boolean {
  if (left === null || right === null) return left === right;
  return Math.abs(left - right) <= Math.max(NEARLY_MS, NEARLY * Math.max(left, right));
}

/** Both orders in one: what only the right one has stands where it stands there, behind what both have. */
function merged(left: readonly string[], right: readonly string[]): readonly string[] {
  const known = new Set(left);
  const places = new Map(right.map((key, index) => [key, index]));
  const out: string[] = [];
  const placed = new Set<string>();
  let next = 0;
  for (const key of left) {
    const there = places.get(key) ?? -1;
    if (there >= next) {
      for (const other of right.slice(next, there)) if (!known.has(other)) push(other);
      next = there + 1;
    }
    push(key);
  }
  for (const key of right) if (!placed.has(key)) push(key);
  return out;

  function push(key: string): void {
    out.push(key);
    placed.add(key);
  }
}
