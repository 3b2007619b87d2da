import type { Exit } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { readSnapshot } from '../../../shared/snapshot/read.ts';
import type { ReadingProblem, Snapshot } from '../../../shared/snapshot/reading.ts';
import { readingWords } from '../../../shared/snapshot/words.ts';
import type { SnapshotAction } from '../../../shared/steps/actions/snapshot.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { runCommand } from './command.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** What was seen, or the outcome where nothing can be said. */
export type Looked =
  | { readonly ok: true; readonly snapshot: Snapshot; readonly exit: Exit; readonly checks: readonly CheckResult[] }
  | { readonly ok: false; readonly outcome: Outcome };

/** Runs a snapshot's command once and reads what it printed. Half an output is no snapshot. */
export async function lookForSnapshot(context: StepContext, action: SnapshotAction): Promise<Looked> {
  const no = (verdict: Outcome['verdict'], given: Partial<Outcome>): Looked => ({
    ok: false,
    outcome: outcome(verdict, { effect: 'none', ...given }),
  });
  const { end, stopped } = await runCommand(context, action.look);
  if (end.type === 'lost') return no('unknown', { failure: stopped ?? end.failure });
  if (end.type === 'not-sent') return no('failed', { failure: end.failure });
  const exit = { code: end.code, signal: end.signal };
  if (stopped !== null) return no('failed', { exit, failure: stopped });
  const refused = sudoRefusal(action.look, context.target, exit.code, context.output);
  if (refused !== null) return no('failed', { exit, failure: refused });
  const stdout = context.output.captured('stdout');
  const stderr = context.output.captured('stderr');
  const { verdict, checks } = evaluate(action.look.expect, { exit, stdout, stderr });
  if (verdict !== 'passed') return no(verdict, { exit, checks });
  if (!stdout.complete) return no('inconclusive', { exit, checks, failure: failure('snapshot-cut') });
  const read = readSnapshot(action.reading, stdout.text);
  if (!read.ok) {
    const problem = failure('snapshot-unreadable', { reading: readingWords(action.reading) });
    return no('failed', { exit, checks: [...checks, unreadable(read.problem)], failure: problem });
  }
  if (entriesOf(read.snapshot) === 0 && !action.mayBeEmpty) {
    return no('inconclusive', { exit, checks, failure: failure('snapshot-empty') });
  }
  return { ok: true, snapshot: read.snapshot, exit, checks };
}

/** How many keys, or how many numbers. */
export function entriesOf(snapshot: Snapshot): number {
  return snapshot.keep === 'keys' ? snapshot.keys.length : snapshot.numbers.length;
}

const expectedOf: Readonly<Record<ReadingProblem['code'], string>> = {
  'not-json': 'JSON',
  'nothing-there': 'a value there',
  'wrong-shape': 'keys or numbers there',
  'column-missing': 'such a column',
  'not-a-number': 'a number',
  'no-match': 'a match',
  'name-twice': 'each name once',
  'key-too-long': 'a key of at most 500 characters',
  'too-many': 'at most 1000000 keys',
};

function unreadable({ code, where, found }: ReadingProblem): CheckResult {
  return { subject: `at ${where}`.slice(0, 100), expected: expectedOf[code], found, holds: false };
}
