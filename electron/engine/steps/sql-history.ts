import type { Plan } from '../../../shared/checklist/plan.ts';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import type { RunState, TargetState } from '../../../shared/run/state.ts';
import type { ScriptResult, ScriptState, SqlPlace } from '../../../shared/steps/actions/sql.ts';
import { frozenName } from '../includes.ts';
import { noteSeparator } from '../sql/run-script.ts';

/** A script that was run before: when, in which run, and how far. */
export interface EarlierRun {
  readonly runId: string;
  readonly at: string;
  readonly state: ScriptState;
}

/** The states after which something of a script is, or may be, in the database. */
const tookEffect: ReadonlySet<ScriptState> = new Set<ScriptState>([
  'committed',
  'ran',
  'partly',
  'undone-unconfirmed',
  'unknown',
]);

/** States after which all of a script is there, so that it may be left out. */
export const wholeStates: ReadonlySet<ScriptState> = new Set<ScriptState>(['committed', 'ran', 'skipped']);

/**
 * What is known of each script (by sha256) in one database of one environment: the newest time it took effect,
 * unless what ran was undone since.
 * @param runs newest first, the run under way included.
 */
export function earlierScripts(
  runs: readonly RunState[],
  environment: Plan['environment'],
  place: SqlPlace,
): ReadonlyMap<string, EarlierRun> {
  const found = new Map<string, EarlierRun>();
  for (const run of runs) {
    if (run.plan.environment !== environment) continue;
    const seen = new Map<string, EarlierRun>();
    for (const [index, { targets }] of run.steps.entries()) {
      // A script that undoes may run each time there is something to undo.
      if (run.plan.steps[index]?.origin === 'rollback') continue;
      for (const target of targets) {
        collect(run, target, place, seen);
        collectInterrupted(run, index, target, place, seen);
      }
    }
    for (const [sha256, earlier] of seen) if (!found.has(sha256)) found.set(sha256, earlier);
  }
  return found;
}

function collect(run: RunState, target: TargetState, place: SqlPlace, into: Map<string, EarlierRun>): void {
  for (const attempt of target.attempts) {
    const { result } = attempt;
    if (attempt.undone) continue;
    if (result?.kind !== 'sql' || !samePlace(result.place, place)) continue;
    const at = attempt.endedAt ?? attempt.startedAt;
    for (const script of result.scripts) {
      if (!tookEffect.has(script.state)) continue;
      if (script.state === 'unknown' && target.decision?.decision === 'was-not-done') continue;
      into.set(script.sha256, { runId: run.runId, at, state: stateOf(script, target) });
    }
  }
}

/** Attempts that a crash cut off have no result, but what was about to be sent had been written down. */
function collectInterrupted(
  run: RunState,
  index: number,
  target: TargetState,
  place: SqlPlace,
  into: Map<string, EarlierRun>,
): void {
  const step = run.plan.steps[index];
  const action = step === undefined ? null : actionFor(step, target.target);
  const database = run.plan.databases.find(({ name }) => action?.kind === 'sql' && name === action.database);
  if (database === undefined || !samePlace(database, place)) return;
  for (const { result, verdict, notes, startedAt, undone } of target.attempts) {
    if (result !== null || verdict !== 'unknown' || undone) continue;
    if (target.decision?.decision === 'was-not-done') continue;
    for (const { text } of notes) {
      const [path = ''] = text.split(noteSeparator);
      const seal = run.files.find((file) => file.path === `checklist/${frozenName(path)}`);
      if (seal !== undefined) into.set(seal.sha256, { runId: run.runId, at: startedAt, state: 'unknown' });
    }
  }
}

/** What a person decided about an unknown outweighs what the machine could not see. */
function stateOf({ state }: ScriptResult, { decision }: TargetState): ScriptState {
  return state === 'unknown' && decision?.decision === 'was-done' ? 'committed' : state;
}

function samePlace(left: SqlPlace, right: SqlPlace): boolean {
  return (
    left.engine === right.engine &&
    left.address === right.address &&
    left.port === right.port &&
    left.via === right.via &&
    left.schema === right.schema
  );
}
