import { createHash } from 'node:crypto';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { type QueryLook, snapshotRows } from '../../../shared/steps/actions/snapshot.ts';
import type { SqlCell } from '../../../shared/steps/actions/sql.ts';
import { openSession } from '../sql/open-session.ts';
import { runScript } from '../sql/run-script.ts';
import type { SqlTable } from '../sql/session.ts';
import { lookThrough, queryName, unusable } from './sql-scripts.ts';
import { nothingSent, type Outcome, outcome, type Sending, type StepContext } from './step-runner.ts';

/** What a query needs: the way to its database and the password. */
export function querySending(look: QueryLook, plan: Plan): Sending {
  const database = plan.databases.find(({ name }) => name === look.database);
  return {
    ...nothingSent,
    hosts: database?.via == null ? [] : [database.via],
    secrets: database?.password == null ? [] : [database.password],
    command: look.text,
    recorded: true,
  };
}

/** The rows of a query as text; null when there were more than are kept. */
export type AskedRows =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly outcome: Outcome };

/**
 * Asks in a read-only transaction that the server itself enforces.
 * @param json rows as a JSON list of objects by column name, instead of lines with tabs between the columns.
 */
export async function askForRows(context: StepContext, look: QueryLook, json: boolean): Promise<AskedRows> {
  const no = (verdict: Outcome['verdict'], problem: Failure): AskedRows => ({
    ok: false,
    outcome: outcome(verdict, { effect: 'none', failure: problem }),
  });
  const database = context.plan.databases.find(({ name }) => name === look.database);
  if (database === undefined) return no('failed', failure('local-error', {}, `no database ${look.database}`));
  const password = database.password === null ? '' : (context.secret(database.password) ?? '');
  const opened = await openSession(context.hosts, database, password, snapshotRows);
  if (!opened.ok) return no(opened.failure.code === 'link-lost' ? 'unknown' : 'failed', opened.failure);
  const session = opened.value;
  try {
    const bytes = Buffer.from(look.text, 'utf8');
    const found = await lookThrough(bytes, 'utf-8', session.lexing, { looks: true, transaction: 'auto' });
    if (!found.ok) return no('failed', unusable(queryName, found));
    let table: SqlTable | null = null;
    const job = {
      path: queryName,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      text: found.text,
      statements: found.survey.statements,
      mode: 'read' as const,
      timeoutMs: look.timeoutMs,
    };
    const { note, progress, cancelled, clock } = context;
    const ended = await runScript(session, job, {
      note,
      progress: (done, of) => progress(done, of, look.database),
      say: async (line) => await context.output.write('stdout', Buffer.from(`${line}\n`, 'utf8')),
      table: (_, last) => {
        table = last;
      },
      cancelled,
      clock,
    });
    // A look that lost its way changed nothing, but it did not say anything either.
    if (ended.failure !== null) return no(ended.failure.code === 'database-lost' ? 'unknown' : 'failed', ended.failure);
    return { ok: true, text: textOf(table, json) };
  } catch (error) {
    return no('failed', failure('recording-unwritable', {}, error));
  } finally {
    session.close();
  }
}

function textOf(table: SqlTable | null, json: boolean): string | null {
  if (table === null) return json ? '[]' : '';
  const { columns, rows, rowCount } = table;
  if (rows.length < rowCount) return null;
  if (json) return JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]]))));
  const cell = (value: SqlCell): string => (value === null ? 'NULL' : String(value)).replaceAll(/[\t\r\n]/g, ' ');
  return rows.map((row) => row.map(cell).join('\t')).join('\n');
}
