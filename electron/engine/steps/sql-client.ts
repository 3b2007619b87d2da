import type { PlanDatabase } from '../../../shared/checklist/plan.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ScriptResult, ScriptState, SqlAction } from '../../../shared/steps/actions/sql.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import { noteSeparator } from '../sql/run-script.ts';
import { runCommand } from './command.ts';
import type { ReadyScript } from './sql-scripts.ts';
import type { StepContext } from './step-runner.ts';

/**
 * Gives a script to a client program on a host, on its stdin behind the secrets. What the program commits, and when,
 * is its own knowledge: a script that did not end well may have taken effect in part.
 */
export async function runClient(
  context: StepContext,
  action: SqlAction,
  database: PlanDatabase,
  script: ReadyScript,
): Promise<{ readonly result: ScriptResult; readonly failure: Failure | null }> {
  const { command, via } = database;
  const began = context.clock.mono();
  const ended = (state: ScriptState, problem: Failure | null) => ({
    result: {
      path: script.path,
      sha256: script.sha256,
      state,
      statements: 0,
      done: 0,
      committed: null,
      affected: null,
      warnings: 0,
      durationMs: Math.round(context.clock.mono() - began),
      commits: [],
      commitsCount: 0,
      stopped: null,
      earlier: null,
    },
    failure: problem,
  });
  if (command === null || via === null) {
    return ended('not-run', failure('local-error', {}, `database ${database.name} has no client command`));
  }
  const noted = await context.note(`${script.path}${noteSeparator}${command.command}`).then(
    () => null,
    (error: unknown) => failure('journal-unwritable', {}, error),
  );
  if (noted !== null) return ended('not-run', noted);
  const there: StepContext = {
    ...context,
    target: via,
    wire: (words) => {
      const wire = context.wire(words);
      return { ...wire, stdin: Buffer.concat([wire.stdin ?? Buffer.alloc(0), script.bytes]) };
    },
  };
  const { end, stopped } = await runCommand(there, { ...command, timeoutMs: action.timeoutMs });
  if (end.type === 'not-sent') return ended('not-run', end.failure);
  if (end.type === 'lost') return ended('unknown', stopped ?? end.failure);
  if (stopped !== null) return ended('unknown', stopped);
  const seen = { exit: end, stdout: context.output.captured('stdout'), stderr: context.output.captured('stderr') };
  const { verdict, checks } = evaluate(command.expect, { ...seen, exit: { code: end.code, signal: end.signal } });
  if (verdict === 'passed') return ended('ran', null);
  const found = checks.find(({ holds }) => holds !== true);
  const message = `${found?.subject ?? 'exit'}: ${found?.found ?? '?'}`;
  return ended('unknown', failure('sql-error', { script: script.path, line: '–', statement: '–', message }));
}
