import { describe, expect, it } from 'vitest';
import type { ScriptJob } from '../../../electron/engine/sql/script-job.ts';
import { ScriptTally } from '../../../electron/engine/sql/script-tally.ts';
import { batchesOf, type Statement } from '../../../electron/engine/sql/statement-batches.ts';
import { usualLexing } from '../../../shared/sql/dialect.ts';

/** A tally of a script in MySQL, and its statements by number. */
function tallyOf(text: string, mode: ScriptJob['mode'] = 'auto') {
  const statements = [...batchesOf({ text, mode }, usualLexing('mysql'))].flat();
  const job = { path: 'a.sql', sha256: 'a'.repeat(64), text, statements: statements.length, mode, timeoutMs: 1_000 };
  const tally = new ScriptTally(job, true);
  const at = (number: number) => statements[number - 1] as Statement;
  const confirm = (number: number, inTransaction: boolean | null) =>
    tally.confirm(at(number), { affected: 2, warnings: 0, table: null, inTransaction });
  return { tally, at, confirm };
}

describe('what a script has done', () => {
  it('is nothing for certain while its transaction is open, and all of it once COMMIT is confirmed', () => {
    const { tally, confirm } = tallyOf('insert into t values (1); insert into t values (2);');
    confirm(1, true);
    confirm(2, true);
    expect([tally.done, tally.affected, tally.open, tally.undone()]).toEqual([2, 4, true, 'rolled-back']);
    tally.confirmCommit();
    expect(tally.result('committed', 1.4, null)).toMatchObject({ done: 2, committed: 2, commits: [], durationMs: 1 });
  });

  it('is partly there after a statement before which MySQL commits, and that statement is named', () => {
    const { tally, at, confirm } = tallyOf(
      'insert into t values (1); create table u (a int); insert into t values (2);',
    );
    confirm(1, true);
    confirm(2, false);
    confirm(3, true);
    expect([tally.undone(), tally.committedAfter(at(2)), tally.committedAfter(at(3))]).toEqual(['partly', true, false]);
    const commits = [{ number: 2, line: 1, verb: 'CREATE TABLE' }];
    expect(tally.result('partly', 0, null)).toMatchObject({ done: 3, committed: 2, commitsCount: 1, commits });
  });

  it('is there up to a statement that failed after the server had committed', () => {
    const { tally, at, confirm } = tallyOf('insert into t values (1); create table u (a int);');
    confirm(1, true);
    tally.committedBefore(at(2));
    expect([tally.open, tally.undone()]).toEqual([false, 'partly']);
  });

  it('is unknown after a routine that may have committed, until the server says that nothing is open', () => {
    const { tally, confirm } = tallyOf('call p(); call q();');
    confirm(1, true);
    expect(tally.undone()).toBe('unknown');
    expect(tally.result('unknown', 0, null).committed).toBeNull();
    confirm(2, false);
    expect(tally.undone()).toBe('committed');
  });

  it('is nothing where it only looked', () => {
    const { tally, confirm } = tallyOf('select 1;', 'read');
    confirm(1, false);
    expect(tally.result('looked', 0, null)).toMatchObject({ done: 1, committed: 0, commitsCount: 0 });
  });
});
