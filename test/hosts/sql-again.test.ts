import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanDatabase } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import { command } from '../helpers/plans.ts';
import { type Postgres, startPostgres } from '../helpers/postgres.ts';
import {
  planDatabase,
  runSqlStep,
  type SqlGround,
  type SqlRunOptions,
  sqlEngine,
  sqlGround,
  sqlOutcome,
  sqlStep,
} from '../helpers/sql-kit.ts';
import { tempFolder } from '../helpers/sshd.ts';

let postgres: Postgres;
let ground: SqlGround;
let data: string;

beforeAll(async () => {
  [postgres, ground] = await Promise.all([startPostgres(), sqlGround()]);
});
afterAll(async () => {
  await ground.close();
  await postgres.close();
});
beforeEach(() => {
  data = tempFolder('sql-data');
  postgres.sql(
    'DROP OWNED BY release; GRANT ALL ON DATABASE trade TO release; GRANT ALL ON SCHEMA public TO release; SET ROLE release; CREATE TABLE orders (id int);',
  );
});

const count = (): string => postgres.sql('SELECT COUNT(*) FROM orders').trim();
const options = (scripts: Record<string, string>, given: Partial<SqlRunOptions> = {}): SqlRunOptions => ({
  ground,
  data,
  database: planDatabase('postgres', postgres),
  password: postgres.password,
  scripts,
  step: sqlStep('postgres'),
  ...given,
});
/** The move that a person picks of those offered. */
const choose = (choice: string, reason: string | null): Intent => ({
  type: 'run-step',
  step: 'schema',
  targets: [DESK],
  choice,
  reason,
});
const first = 'INSERT INTO orders VALUES (1);';

describe('a script that an earlier run has run here', () => {
  it('is not run again until somebody decides so, with a reason', async () => {
    const before = await runSqlStep(options({ 'sql/1.sql': first }));
    expect(before.attempt.verdict).toBe('passed');
    const engine = await sqlEngine(options({ 'sql/1.sql': first, 'sql/2.sql': 'INSERT INTO orders VALUES (2);' }));
    await engine.runStep('schema', [DESK]);
    const stopped = sqlOutcome(engine);
    expect(stopped.attempt).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'sql-already-run' },
      offers: ['skip-already-run', 'run-again'],
    });
    expect(stopped.attempt.failure?.params['scripts']).toContain(before.engine.state.runId);
    expect(count()).toBe('1');

    expect(await engine.refusal(choose('skip-already-run', null))).toBe('needs-reason');
    await engine.submit(choose('skip-already-run', 'the first half was released on Tuesday'));
    await engine.run.controller.idle();
    const { attempt, result } = sqlOutcome(engine);
    expect(attempt).toMatchObject({ verdict: 'passed', choice: 'skip-already-run' });
    expect(result.scripts.map(({ state }) => state)).toEqual(['skipped', 'committed']);
    expect(result.scripts[0]?.earlier).toMatchObject({ runId: before.engine.state.runId, state: 'committed' });
    expect(count()).toBe('2');
    await engine.run.close('left');
  });

  it('runs again when that is chosen', async () => {
    await runSqlStep(options({ 'sql/1.sql': first }));
    const engine = await sqlEngine(options({ 'sql/1.sql': first }));
    await engine.runStep('schema', [DESK]);
    await engine.submit(choose('run-again', 'the rows were deleted'));
    await engine.run.controller.idle();
    expect(sqlOutcome(engine).attempt.verdict).toBe('passed');
    expect(count()).toBe('2');
    await engine.run.close('left');
  });

  it.each<[string, () => Partial<SqlRunOptions>]>([
    ['another environment', () => ({ plan: { environment: 'prod' } })],
    ['another database', () => ({ database: planDatabase('postgres', postgres, { via: null }) })],
    ['other words', () => ({ scripts: { 'sql/1.sql': `${first} -- changed` } })],
  ])('is another matter in %s', async (_, given) => {
    await runSqlStep(options({ 'sql/1.sql': first }));
    const { attempt } = await runSqlStep(options({ 'sql/1.sql': first }, given()));
    expect(attempt.verdict).toBe('passed');
  });

  it('may run where the first try was undone by the server', async () => {
    const failing = { 'sql/1.sql': `${first} SELECT 1/0;` };
    expect((await runSqlStep(options(failing))).script.state).toBe('rolled-back');
    expect((await runSqlStep(options(failing))).attempt.failure?.code).toBe('sql-error');
  });

  it('is asked about within the same run, too, when a later script failed', async () => {
    const engine = await sqlEngine(options({ 'sql/1.sql': first, 'sql/2.sql': 'SELECT 1/0;' }));
    await engine.runStep('schema', [DESK]);
    expect(sqlOutcome(engine).attempt.effectDone).toBe('partial');
    await engine.runStep('schema', [DESK], 'try again');
    expect(sqlOutcome(engine).attempt.failure?.code).toBe('sql-already-run');
    expect(count()).toBe('1');
    await engine.run.close('left');
  });
});

describe('a frozen script that somebody changed in the run’s folder', () => {
  it('is not sent', async () => {
    const engine = await sqlEngine(options({ 'sql/1.sql': first }));
    const frozen = join(engine.run.folder, 'checklist/files/sql/1.sql');
    chmodSync(frozen, 0o600);
    writeFileSync(frozen, 'DROP TABLE orders;');
    await engine.runStep('schema', [DESK]);
    expect(engine.lastAttempt('schema', DESK)).toMatchObject({
      effectDone: 'none',
      failure: { code: 'sql-script-missing' },
    });
    expect(count()).toBe('0');
    await engine.run.close('left');
  });
});

describe('another database through its client program', () => {
  const client = (words: string, secrets: readonly string[] = []): PlanDatabase => ({
    ...planDatabase('postgres', postgres),
    engine: 'command',
    address: null,
    port: null,
    password: null,
    command: command(words, { secrets: [...secrets] }),
  });

  it('gets the script on stdin behind the secrets, and says what cannot be known', async () => {
    const seen = join(tempFolder('client'), 'seen');
    const database = client(`printf '%s\\n' "$CS_DB_PASSWORD" > ${seen}; cat >> ${seen}; echo done`, ['db-password']);
    const { attempt, script } = await runSqlStep(
      options(
        { 'sql/1.sql': 'begin\n  null;\nend;\n/\n' },
        {
          database,
          step: sqlStep('command', {
            expect: { affected: null, rows: null, output: [{ test: 'contains', value: 'done' }] },
          }),
        },
      ),
    );
    expect(attempt).toMatchObject({ verdict: 'passed', effectDone: 'full' });
    expect(script).toMatchObject({ state: 'ran', committed: null, affected: null });
    expect(readFileSync(seen, 'utf8')).toBe(`${postgres.password}\nbegin\n  null;\nend;\n/\n`);
  });

  it('is unknown when the program fails, and does not begin the next script', async () => {
    const seen = join(tempFolder('client'), 'seen');
    const { attempt, result } = await runSqlStep(
      options(
        { 'sql/1.sql': 'x', 'sql/2.sql': 'y' },
        { database: client(`cat; test ! -e ${seen}; exit 3`), step: sqlStep('command') },
      ),
    );
    expect(attempt).toMatchObject({ verdict: 'unknown', effectDone: 'unknown', failure: { code: 'sql-error' } });
    expect(result.scripts.map(({ state }) => state)).toEqual(['unknown', 'not-run']);
    expect(existsSync(seen)).toBe(false);
  });
});
