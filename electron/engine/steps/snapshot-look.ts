import type { Exit } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { readSnapshot } from '../../../shared/snapshot/read.ts';
import type { ReadingProblem, Snapshot } from '../../../shared/snapshot/reading.ts';
import { readingWords, readsJson } from '../../../shared/snapshot/words.ts';
import type { SnapshotAction } from '../../../shared/steps/actions/snapshot.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { runCommand } from './command.ts';
import { askForRows, querySending } from './snapshot-query.ts';
import {
  type AttemptPlace,
  commandSending,
  type Outcome,
  outcome,
  type Sending,
  type StepContext,
} from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** What was seen, or the outcome where nothing can be said. */
export type Looked =
  | {
      readonly ok: true;
      readonly snapshot: Snapshot;
      readonly exit: Exit | null;
      readonly checks: readonly CheckResult[];
    }
  | { readonly ok: false; readonly outcome: Outcome };

/** What looking needs and what is written down about it beforehand. */
export function lookSending({ look }: SnapshotAction, { plan, target }: AttemptPlace): Sending {
  return look.kind === 'run' ? commandSending(target, look) : querySending(look, plan);
}

/** Looks once and reads what was found. Half an output is no snapshot. */
export async function lookForSnapshot(context: StepContext, action: SnapshotAction): Promise<Looked> {
  const found = action.look.kind === 'run' ? await runLook(context, action.look) : await askLook(context, action);
  if (!found.ok) return found;
  const { text, exit, checks } = found;
  const no = (verdict: Outcome['verdict'], given: Partial<Outcome>): Looked => ({
    ok: false,
    outcome: outcome(verdict, { effect: 'none', exit, ...given }),
  });
  if (text === null) return no('inconclusive', { checks, failure: failure('snapshot-cut') });
  const read = readSnapshot(action.reading, text);
  if (!read.ok) {
    const problem = failure('snapshot-unreadable', { reading: readingWords(action.reading) });
    return no('failed', { checks: [...checks, unreadable(read.problem)], failure: problem });
  }
  if (entriesOf(read.snapshot) === 0 && !action.mayBeEmpty) {
    return no('inconclusive', { checks, failure: failure('snapshot-empty') });
  }
  return { ok: true, snapshot: read.snapshot, exit, checks };
}

/** What a look found; `text` is null when it was too long to be seen whole. */
type Found =
  | {
      readonly ok: true;
      readonly text: string | null;
      readonly exit: Exit | null;
      readonly checks: readonly CheckResult[];
    }
  | { readonly ok: false; readonly outcome: Outcome };

async function askLook(context: StepContext, { look, reading }: SnapshotAction): Promise<Found> {
  if (look.kind !== 'query') throw new Error('a command is no query');
  const asked = await askForRows(context, look, readsJson(reading));
  return asked.ok ? { ...asked, exit: null, checks: [] } : asked;
}

async function runLook(context: StepContext, look: CommandAction): Promise<Found> {
  const no = (verdict: Outcome['verdict'], given: Partial<Outcome>): Found => ({
    ok: false,
    outcome: outcome(verdict, { effect: 'none', ...given }),
  });
  const { end, stopped } = await runCommand(context, look);
  if (end.type === 'lost') return no('unknown', { failure: stopped ?? end.failure });
  if (end.type === 'not-sent') return no('failed', { failure: end.failure });
  const exit = { code: end.code, signal: end.signal };
  if (stopped !== null) return no('failed', { exit, failure: stopped });
  const refused = sudoRefusal(look, context.target, exit.code, context.output);
  if (refused !== null) return no('failed', { exit, failure: refused });
  const stdout = context.output.captured('stdout');
  const stderr = context.output.captured('stderr');
  const { verdict, checks } = evaluate(look.expect, { exit, stdout, stderr });
  if (verdict !== 'passed') return no(verdict, { exit, checks });
  return { ok: true, text: stdout.complete ? stdout.text : null, exit, checks };
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
